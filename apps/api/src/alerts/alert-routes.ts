import {
  ALERT_SEVERITIES,
  ALERT_STATUSES,
  type Alert,
  acknowledgeAlert,
  type Db,
  findActorNames,
  findAlert,
  findGroupCounts,
  listAlerts,
  listHumanActions,
  listNotifications,
  listOpenOfGroup,
  resolveAlert,
} from "@verdict/db";
import { plainText } from "@verdict/provider";
import type { Context } from "hono";
import { z } from "zod";
import { seenBy } from "../access/seen-by.ts";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { pageSchema } from "../http/cursor.ts";
import { pageOf, pageQuery } from "../http/newest-first.ts";
import { problem } from "../http/problem.ts";
import { reason } from "../http/reason.ts";
import { json, jsonBody } from "../http/responses.ts";
import {
  type AlertLore,
  AlertSchema,
  AlertWithHistorySchema,
  describeAlert,
  describeDeed,
  describeNotification,
} from "./alert-schemas.ts";

export type AlertDeps = { db: Db; now: () => Date };

const wholeGroup = z.boolean().default(false).describe("All alerts that are told together with it, as well");

const listCall = call({
  id: "listAlerts",
  tag: "Alerts",
  permission: "alerts.read",
  concerns: "routes",
  method: "get",
  path: "/v1/alerts",
  summary: "List alerts, newest first",
  request: {
    query: z.object({
      status: z.enum(ALERT_STATUSES).optional(),
      severity: z.enum(ALERT_SEVERITIES).optional(),
      rule: plainText(200).optional(),
      route: plainText(200).optional(),
      ...pageQuery,
    }),
  },
  answers: {
    200: json(pageSchema(AlertSchema), "A page; nextCursor is null on the last one"),
  },
});

const getCall = call({
  id: "getAlert",
  tag: "Alerts",
  permission: "alerts.read",
  concerns: "routes",
  method: "get",
  path: "/v1/alerts/{id}",
  summary: "Look up an alert",
  request: { params: byId },
  answers: {
    200: json(AlertWithHistorySchema, "The alert, with what was told of its group"),
  },
  refuses: ["not_found"],
});

const moved = { 200: json(AlertSchema, "The alert as it stands now") };

const acknowledgeCall = call({
  id: "acknowledgeAlert",
  tag: "Alerts",
  permission: "alerts.act",
  concerns: "routes",
  method: "post",
  path: "/v1/alerts/{id}/acknowledge",
  summary: "Say that somebody looks after an alert. May be repeated: the first one stays on record",
  request: {
    params: byId,
    body: {
      content: {
        "application/json": {
          schema: z.strictObject({
            reason: reason.optional().describe("Kept with the record of who did it"),
            wholeGroup,
          }),
        },
      },
    },
  },
  answers: moved,
  refuses: ["not_found", "already_resolved"],
});

const resolveCall = call({
  id: "resolveAlert",
  tag: "Alerts",
  permission: "alerts.act",
  concerns: "routes",
  method: "post",
  path: "/v1/alerts/{id}/resolve",
  summary: "End an alert, with the reason. A discrepancy it is about stays open",
  request: {
    params: byId,
    body: jsonBody(z.strictObject({ reason, wholeGroup })),
  },
  answers: moved,
  refuses: ["not_found", "already_resolved"],
});

export const alertRoutes = ({ db, now }: AlertDeps) =>
  calls()
    .openapi(listCall, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid("query");
      const rows = await listAlerts(
        db,
        { ...filter, routes: c.var.caller.routes },
        { limit: limit + 1, after: cursor },
      );
      const lore = await loreOf(db, rows);
      return c.json(
        pageOf(rows, limit, (row) => describeAlert(row, lore)),
        200,
      );
    })
    .openapi(getCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findAlert(db, id));
      if (!found) return noSuchAlert(c, id);
      const told = found.groupId ? await listNotifications(db, found.groupId) : [];
      const alert = describeAlert(found, await loreOf(db, [found]));
      const deeds = await listHumanActions(db, { subject: id }, { limit: DEEDS_MAX });
      const history = deeds.toReversed().map(describeDeed);
      return c.json({ ...alert, history, notifications: told.map(describeNotification) }, 200);
    })
    .openapi(acknowledgeCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findAlert(db, id));
      if (!found) return noSuchAlert(c, id);
      const given = c.req.valid("json");
      const held = await acknowledgeAlert(db, id, c.var.caller.id, now(), given?.reason);
      if (!held) return noSuchAlert(c, id);
      for (const other of given?.wholeGroup ? await othersOf(db, found) : []) {
        await acknowledgeAlert(db, other, c.var.caller.id, now(), given?.reason);
      }
      if (held.status === "resolved") return problem(c, "already_resolved");
      return c.json(describeAlert(held, await loreOf(db, [held])), 200);
    })
    .openapi(resolveCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findAlert(db, id));
      if (!found) return noSuchAlert(c, id);
      const { reason, wholeGroup } = c.req.valid("json");
      const resolve = (one: string) => resolveAlert(db, one, { by: c.var.caller.id, at: now(), reason });
      const ended = await resolve(id);
      for (const other of wholeGroup ? await othersOf(db, found) : []) await resolve(other);
      return ended ? c.json(describeAlert(ended, await loreOf(db, [ended])), 200) : problem(c, "already_resolved");
    });

/** The latest things people did about an alert that are shown with it. */
const DEEDS_MAX = 200;

/** What goes with alerts in an answer. */
export async function loreOf(db: Db, rows: readonly Alert[]): Promise<AlertLore> {
  const [groups, names] = await Promise.all([
    findGroupCounts(db, [...new Set(rows.flatMap(({ groupId }) => groupId ?? []))]),
    findActorNames(
      db,
      rows.flatMap(({ acknowledgedBy, resolvedBy }) => [acknowledgedBy ?? [], resolvedBy ?? []].flat()),
    ),
  ]);
  return { groups, names };
}

const othersOf = async (db: Db, { id, groupId }: Alert): Promise<string[]> =>
  groupId ? (await listOpenOfGroup(db, groupId)).filter((other) => other !== id) : [];

export const noSuchAlert = (c: Context, id: string) => problem(c, "not_found", { detail: `There is no alert ${id}.` });

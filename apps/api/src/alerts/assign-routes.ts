import { assignAlert, type Colleague, findAlert, listColleagues, noteOnAlert } from "@verdict/db";
import { type Caller, ROLES, reaches, rolesThatMay } from "@verdict/domain";
import { plainText } from "@verdict/provider";
import type { Context } from "hono";
import { z } from "zod";
import { seenBy } from "../access/seen-by.ts";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { problem } from "../http/problem.ts";
import { reason } from "../http/reason.ts";
import { json, jsonBody } from "../http/responses.ts";
import { type AlertDeps, loreOf, noSuchAlert } from "./alert-routes.ts";
import { AlertSchema, describeAlert } from "./alert-schemas.ts";

const declared = { tag: "Alerts", concerns: "routes" } as const;

const colleaguesCall = call({
  ...declared,
  id: "listColleagues",
  permission: "alerts.assign",
  method: "get",
  path: "/v1/colleagues",
  summary: "List who an alert can be handed to, by name: people who may work alerts on a route that you see",
  request: { query: z.object({ route: plainText(200).optional().describe("Only those who see this route") }) },
  answers: {
    200: json(
      z.object({ items: z.array(z.object({ id: z.uuid(), name: z.string(), role: z.enum(ROLES) })) }),
      "The colleagues, yourself among them",
    ),
  },
});

const assignCall = call({
  ...declared,
  id: "assignAlert",
  permission: "alerts.assign",
  method: "post",
  path: "/v1/alerts/{id}/assign",
  summary: "Hand an alert to somebody, who from then on looks after it",
  request: {
    params: byId,
    body: jsonBody(z.strictObject({ assignee: z.guid().describe("One of the colleagues"), reason: reason.optional() })),
  },
  answers: { 200: json(AlertSchema, "The alert as it stands now") },
  refuses: ["not_found", "already_resolved"],
});

const noteCall = call({
  ...declared,
  id: "noteOnAlert",
  permission: "alerts.act",
  method: "post",
  path: "/v1/alerts/{id}/notes",
  summary: "Put a note about an alert on record. It stands in the alert's history and in the audit log",
  request: { params: byId, body: jsonBody(z.strictObject({ note: reason })) },
  answers: { 200: json(AlertSchema, "The alert as it stands now") },
  refuses: ["not_found"],
});

export const assignRoutes = ({ db, now }: AlertDeps) =>
  calls()
    .openapi(colleaguesCall, async (c) => {
      const { route } = c.req.valid("query");
      const all = await listColleagues(db, rolesThatMay("alerts.act"));
      const seen = all.filter((one) => sharesRoute(c.var.caller, one) && (route === undefined || reaches(one, route)));
      return c.json({ items: seen.map(({ id, name, role }) => ({ id, name, role })) }, 200);
    })
    .openapi(assignCall, async (c) => {
      const { id } = c.req.valid("param");
      const { assignee, reason: why = null } = c.req.valid("json");
      const found = seenBy(c.var.caller, await findAlert(db, id));
      if (!found) return noSuchAlert(c, id);
      const able = (await listColleagues(db, rolesThatMay("alerts.act"))).find((one) => one.id === assignee);
      if (!able || !reaches(able, found.route)) return notAble(c);
      const assignment = { to: able.id, by: c.var.caller.id, at: now(), reason: why };
      const held = await assignAlert(db, id, assignment);
      return held ? c.json(describeAlert(held, await loreOf(db, [held])), 200) : problem(c, "already_resolved");
    })
    .openapi(noteCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findAlert(db, id));
      if (!found) return noSuchAlert(c, id);
      await noteOnAlert(db, id, { by: c.var.caller.id, at: now(), ...c.req.valid("json") });
      return c.json(describeAlert(found, await loreOf(db, [found])), 200);
    });

/** Whether there is a route that both see. */
const sharesRoute = ({ routes }: Caller, colleague: Colleague): boolean =>
  routes === null || colleague.routes === null || routes.some((route) => reaches(colleague, route));

function notAble(c: Context) {
  const fault = { path: "assignee", message: "nobody by this id may work alerts of this route" };
  return problem(c, "invalid_request", { detail: `assignee: ${fault.message}`, errors: [fault] });
}

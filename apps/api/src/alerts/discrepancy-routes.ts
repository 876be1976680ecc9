import {
  closeDiscrepancy,
  type Db,
  type Discrepancy,
  findActorNames,
  findDiscrepancy,
  listAlertsOfDiscrepancies,
  listDiscrepancies,
} from "@verdict/db";
import { DISCREPANCIES } from "@verdict/domain";
import { plainText } from "@verdict/provider";
import { z } from "zod";
import { seenBy } from "../access/seen-by.ts";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { pageSchema } from "../http/cursor.ts";
import { pageOf, pageQuery } from "../http/newest-first.ts";
import { problem } from "../http/problem.ts";
import { reason } from "../http/reason.ts";
import { json, jsonBody } from "../http/responses.ts";
import type { AlertDeps } from "./alert-routes.ts";
import { DISCREPANCY_STATUSES, DiscrepancySchema, describeDiscrepancy } from "./alert-schemas.ts";

const listCall = call({
  id: "listDiscrepancies",
  tag: "Discrepancies",
  permission: "discrepancies.read",
  concerns: "routes",
  method: "get",
  path: "/v1/discrepancies",
  summary: "List discrepancies, newest first",
  request: {
    query: z.object({
      status: z.enum(DISCREPANCY_STATUSES).optional(),
      type: z.enum(DISCREPANCIES).optional(),
      route: plainText(200).optional(),
      ...pageQuery,
    }),
  },
  answers: {
    200: json(pageSchema(DiscrepancySchema), "A page; nextCursor is null on the last one"),
  },
});

const resolveCall = call({
  id: "resolveDiscrepancy",
  tag: "Discrepancies",
  permission: "discrepancies.resolve",
  concerns: "routes",
  method: "post",
  path: "/v1/discrepancies/{id}/resolve",
  summary: "Close a discrepancy, with the reason. Its alert is resolved with it",
  request: {
    params: byId,
    body: jsonBody(z.strictObject({ reason })),
  },
  answers: {
    200: json(DiscrepancySchema, "The discrepancy, closed"),
  },
  refuses: ["not_found", "already_resolved"],
});

export const discrepancyRoutes = ({ db, now }: AlertDeps) =>
  calls()
    .openapi(listCall, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid("query");
      const rows = await listDiscrepancies(
        db,
        { ...filter, routes: c.var.caller.routes },
        { limit: limit + 1, after: cursor },
      );
      const describe = await describer(db, rows);
      return c.json(pageOf(rows, limit, describe), 200);
    })
    .openapi(resolveCall, async (c) => {
      const { id } = c.req.valid("param");
      const noSuch = () => problem(c, "not_found", { detail: `There is no discrepancy ${id}.` });
      if (!seenBy(c.var.caller, await findDiscrepancy(db, id))) return noSuch();
      const closed = await closeDiscrepancy(db, id, { by: c.var.caller.id, at: now(), ...c.req.valid("json") });
      const held = await findDiscrepancy(db, id);
      if (!held) return noSuch();
      const describe = await describer(db, [held]);
      return closed ? c.json(describe(held), 200) : problem(c, "already_resolved");
    });

/** Shows discrepancies with their alerts, which are read at once. */
async function describer(db: Db, rows: readonly Discrepancy[]) {
  const alerts = await listAlertsOfDiscrepancies(
    db,
    rows.map(({ id }) => id),
  );
  const names = await findActorNames(
    db,
    alerts.flatMap(({ acknowledgedBy }) => acknowledgedBy ?? []),
  );
  const byDiscrepancy = new Map(alerts.map((alert) => [alert.discrepancyId, alert]));
  return (row: Discrepancy) => describeDiscrepancy(row, byDiscrepancy.get(row.id), names);
}

import { type Db, findGivenUp, listGivenUp } from "@verdict/db";
import type { Redriven, RedriveRequest } from "@verdict/services";
import { z } from "zod";
import { seenBy } from "../access/seen-by.ts";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { pageSchema } from "../http/cursor.ts";
import { pageOf, pageQuery } from "../http/newest-first.ts";
import { problem } from "../http/problem.ts";
import { reason } from "../http/reason.ts";
import { json, jsonBody } from "../http/responses.ts";
import { describeWork, RedrivenSchema, WORK_STATUSES, WorkSchema, workFilter } from "./work-schemas.ts";

export type WorkDeps = { db: Db; redrive: (request: RedriveRequest) => Promise<Redriven> };

/** The most one call puts back, so that it ends in time; the next call goes on. */
const REDRIVE_MAX = 10_000;

const listCall = call({
  id: "listWork",
  tag: "Work",
  permission: "work.read",
  concerns: "routes",
  method: "get",
  path: "/v1/work",
  summary: "List given-up work, what was given up last first",
  request: { query: z.object({ ...workFilter, status: z.enum(WORK_STATUSES).optional(), ...pageQuery }) },
  answers: {
    200: json(pageSchema(WorkSchema), "A page; nextCursor is null on the last one"),
  },
});

const getCall = call({
  id: "getWork",
  tag: "Work",
  permission: "work.read",
  concerns: "routes",
  method: "get",
  path: "/v1/work/{id}",
  summary: "Look up given-up work",
  request: { params: byId },
  answers: {
    200: json(WorkSchema, "The work"),
  },
  refuses: ["not_found"],
});

const body = z
  .strictObject({
    ids: z.array(z.guid()).min(1).max(1_000).optional(),
    filter: z.strictObject(workFilter).optional().describe("An empty one means all of it"),
    dryRun: z.boolean().default(false).describe("Only count"),
    reason,
  })
  .refine(({ ids, filter }) => Boolean(ids) !== Boolean(filter), {
    path: ["filter"],
    message: "either ids or a filter",
  });

const redriveCall = call({
  id: "redriveWork",
  tag: "Work",
  permission: "work.redrive",
  concerns: "routes",
  method: "post",
  path: "/v1/work/redrive",
  summary: `Put given-up work back, by ids or by a filter, with the reason; at most ${REDRIVE_MAX} at a time, the oldest first`,
  request: { body: jsonBody(body) },
  answers: {
    200: json(RedrivenSchema, "How much was put back; of a dry run, how much would be"),
  },
  refuses: ["queue_unavailable"],
});

export const workRoutes = ({ db, redrive }: WorkDeps) =>
  calls()
    .openapi(listCall, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid("query");
      const rows = await listGivenUp(
        db,
        { ...filter, routes: c.var.caller.routes },
        { limit: limit + 1, after: cursor },
      );
      const places = rows.map((row) => ({ ...row, openedAt: row.lastAt }));
      return c.json(pageOf(places, limit, describeWork), 200);
    })
    .openapi(redriveCall, async (c) => {
      const { ids, filter, dryRun, reason } = c.req.valid("json");
      const { id: by, routes } = c.var.caller;
      const chosen = { ...filter, ids, ...(routes && { routes }) };
      const request = { filter: chosen, dryRun, by, reason, limit: REDRIVE_MAX };
      return c.json(await redrive(request), 200);
    })
    .openapi(getCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findGivenUp(db, id));
      return found
        ? c.json(describeWork(found), 200)
        : problem(c, "not_found", { detail: `There is no given-up work ${id}.` });
    });

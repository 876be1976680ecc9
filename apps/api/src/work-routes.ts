import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { type Db, findGivenUp, listGivenUp } from "@verdict/db";
import type { Redriven, RedriveRequest } from "@verdict/services";
import { z } from "zod";
import { API_KEY_ACTOR } from "./alert-routes.ts";
import { reason } from "./alert-schemas.ts";
import { pageSchema } from "./cursor.ts";
import { pageOf, pageQuery } from "./newest-first.ts";
import { invalidRequest, problem } from "./problem.ts";
import { json, refusal, security } from "./responses.ts";
import { describeWork, RedrivenSchema, WORK_STATUSES, WorkSchema, workFilter } from "./work-schemas.ts";

export type WorkDeps = { db: Db; redrive: (request: RedriveRequest) => Promise<Redriven> };

/** The most one call puts back, so that it ends in time; the next call goes on. */
const REDRIVE_MAX = 10_000;

const listRoute = createRoute({
  method: "get",
  path: "/v1/work",
  summary: "List given-up work, what was given up last first",
  security,
  request: { query: z.object({ ...workFilter, status: z.enum(WORK_STATUSES).optional(), ...pageQuery }) },
  responses: {
    200: json(pageSchema(WorkSchema), "A page; nextCursor is null on the last one"),
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/work/{id}",
  summary: "Look up given-up work",
  security,
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: json(WorkSchema, "The work"),
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
    404: refusal("not_found"),
  },
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

const redriveRoute = createRoute({
  method: "post",
  path: "/v1/work/redrive",
  summary: `Put given-up work back, by ids or by a filter, with the reason; at most ${REDRIVE_MAX} at a time, the oldest first`,
  security,
  request: { body: { required: true, content: { "application/json": { schema: body } } } },
  responses: {
    200: json(RedrivenSchema, "How much was put back; of a dry run, how much would be"),
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
    413: refusal("too_large"),
    415: refusal("unsupported_media_type"),
    503: refusal("queue_unavailable"),
  },
});

export function workRoutes({ db, redrive }: WorkDeps) {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : invalidRequest(c, result.error)),
  });

  app.openapi(listRoute, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const rows = await listGivenUp(db, filter, { limit: limit + 1, after: cursor });
    const places = rows.map((row) => ({ ...row, openedAt: row.lastAt }));
    return c.json(pageOf(places, limit, describeWork), 200);
  });

  app.openapi(redriveRoute, async (c) => {
    const { ids, filter, dryRun, reason } = c.req.valid("json");
    const request = { filter: { ...filter, ids }, dryRun, by: API_KEY_ACTOR, reason, limit: REDRIVE_MAX };
    return c.json(await redrive(request), 200);
  });

  app.openapi(getRoute, async (c) => {
    const { id } = c.req.valid("param");
    const found = await findGivenUp(db, id);
    return found
      ? c.json(describeWork(found), 200)
      : problem(c, "not_found", { detail: `There is no given-up work ${id}.` });
  });
  return app;
}

import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { closeDiscrepancy, findDiscrepancy, listDiscrepancies } from "@verdict/db";
import { DISCREPANCIES } from "@verdict/domain";
import { plainText } from "@verdict/provider";
import { z } from "zod";
import { type AlertDeps, API_KEY_ACTOR } from "./alert-routes.ts";
import { DISCREPANCY_STATUSES, DiscrepancySchema, describeDiscrepancy, reason } from "./alert-schemas.ts";
import { pageSchema } from "./cursor.ts";
import { pageOf, pageQuery } from "./newest-first.ts";
import { invalidRequest, problem } from "./problem.ts";
import { json, refusal, security } from "./responses.ts";

const listRoute = createRoute({
  method: "get",
  path: "/v1/discrepancies",
  summary: "List discrepancies, newest first",
  security,
  request: {
    query: z.object({
      status: z.enum(DISCREPANCY_STATUSES).optional(),
      type: z.enum(DISCREPANCIES).optional(),
      route: plainText(200).optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(pageSchema(DiscrepancySchema), "A page; nextCursor is null on the last one"),
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
  },
});

const resolveRoute = createRoute({
  method: "post",
  path: "/v1/discrepancies/{id}/resolve",
  summary: "Close a discrepancy, with the reason. Its alert is resolved with it",
  security,
  request: {
    // Any text: what is no id of ours is simply not found.
    params: z.object({ id: z.string() }),
    body: { required: true, content: { "application/json": { schema: z.strictObject({ reason }) } } },
  },
  responses: {
    200: json(DiscrepancySchema, "The discrepancy, closed"),
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
    404: refusal("not_found"),
    409: refusal("already_resolved"),
    413: refusal("too_large"),
    415: refusal("unsupported_media_type"),
  },
});

export function discrepancyRoutes({ db, now }: AlertDeps) {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : invalidRequest(c, result.error)),
  });

  app.openapi(listRoute, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const rows = await listDiscrepancies(db, filter, { limit: limit + 1, after: cursor });
    return c.json(pageOf(rows, limit, describeDiscrepancy), 200);
  });

  app.openapi(resolveRoute, async (c) => {
    const { id } = c.req.valid("param");
    const closed = await closeDiscrepancy(db, id, { by: API_KEY_ACTOR, at: now(), ...c.req.valid("json") });
    const held = await findDiscrepancy(db, id);
    if (!held) return problem(c, "not_found", { detail: `There is no discrepancy ${id}.` });
    return closed ? c.json(describeDiscrepancy(held), 200) : problem(c, "already_resolved");
  });
  return app;
}

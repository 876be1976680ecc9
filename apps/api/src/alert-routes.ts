import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import {
  ALERT_SEVERITIES,
  ALERT_STATUSES,
  acknowledgeAlert,
  type Db,
  findAlert,
  listAlerts,
  resolveAlert,
} from "@verdict/db";
import { plainText } from "@verdict/provider";
import type { Context } from "hono";
import { z } from "zod";
import { AlertSchema, describeAlert, reason } from "./alert-schemas.ts";
import { pageSchema } from "./cursor.ts";
import { pageOf, pageQuery } from "./newest-first.ts";
import { invalidRequest, problem } from "./problem.ts";
import { json, refusal, security } from "./responses.ts";

export type AlertDeps = { db: Db; now: () => Date };

/** Who did it: there is one key, and it belongs to nobody in particular. */
export const API_KEY_ACTOR = "api-key";

/** Any text: what is no id of ours is simply not found. */
const byId = z.object({ id: z.string() });

const listRoute = createRoute({
  method: "get",
  path: "/v1/alerts",
  summary: "List alerts, newest first",
  security,
  request: {
    query: z.object({
      status: z.enum(ALERT_STATUSES).optional(),
      severity: z.enum(ALERT_SEVERITIES).optional(),
      rule: plainText(200).optional(),
      route: plainText(200).optional(),
      ...pageQuery,
    }),
  },
  responses: {
    200: json(pageSchema(AlertSchema), "A page; nextCursor is null on the last one"),
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/alerts/{id}",
  summary: "Look up an alert",
  security,
  request: { params: byId },
  responses: {
    200: json(AlertSchema, "The alert"),
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
    404: refusal("not_found"),
  },
});

const moved = {
  200: json(AlertSchema, "The alert as it stands now"),
  400: refusal("invalid_request"),
  401: refusal("unauthenticated"),
  404: refusal("not_found"),
  409: refusal("already_resolved"),
  413: refusal("too_large"),
  415: refusal("unsupported_media_type"),
};

const acknowledgeRoute = createRoute({
  method: "post",
  path: "/v1/alerts/{id}/acknowledge",
  summary: "Say that somebody looks after an alert. May be repeated: the first one stays on record",
  security,
  request: {
    params: byId,
    body: {
      content: {
        "application/json": {
          schema: z.strictObject({ reason: reason.optional().describe("Kept with the record of who did it") }),
        },
      },
    },
  },
  responses: moved,
});

const resolveRoute = createRoute({
  method: "post",
  path: "/v1/alerts/{id}/resolve",
  summary: "End an alert, with the reason. A discrepancy it is about stays open",
  security,
  request: {
    params: byId,
    body: { required: true, content: { "application/json": { schema: z.strictObject({ reason }) } } },
  },
  responses: moved,
});

export function alertRoutes({ db, now }: AlertDeps) {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : invalidRequest(c, result.error)),
  });

  app.openapi(listRoute, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const rows = await listAlerts(db, filter, { limit: limit + 1, after: cursor });
    return c.json(pageOf(rows, limit, describeAlert), 200);
  });

  app.openapi(getRoute, async (c) => {
    const { id } = c.req.valid("param");
    const found = await findAlert(db, id);
    return found ? c.json(describeAlert(found), 200) : noSuchAlert(c, id);
  });

  app.openapi(acknowledgeRoute, async (c) => {
    const { id } = c.req.valid("param");
    const held = await acknowledgeAlert(db, id, API_KEY_ACTOR, now(), c.req.valid("json")?.reason);
    if (!held) return noSuchAlert(c, id);
    return held.status === "resolved" ? problem(c, "already_resolved") : c.json(describeAlert(held), 200);
  });

  app.openapi(resolveRoute, async (c) => {
    const { id } = c.req.valid("param");
    const ended = await resolveAlert(db, id, { by: API_KEY_ACTOR, at: now(), ...c.req.valid("json") });
    if (ended) return c.json(describeAlert(ended), 200);
    return (await findAlert(db, id)) ? problem(c, "already_resolved") : noSuchAlert(c, id);
  });
  return app;
}

const noSuchAlert = (c: Context, id: string) => problem(c, "not_found", { detail: `There is no alert ${id}.` });

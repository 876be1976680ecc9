import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { type Db, findVerification, type Verification } from "@verdict/db";
import { isTerminal } from "@verdict/domain";
import { describeVerification, type StartRequest, type StartResult, verificationTimeline } from "@verdict/services";
import type { Context } from "hono";
import { z } from "zod";
import { pictureWarnings } from "./picture-issues.ts";
import { invalidRequest, problem, unknownRoute } from "./problem.ts";
import { providerUnavailable, refusedByProvider } from "./provider-problem.ts";
import { json, refusal, security } from "./responses.ts";
import { StartBody, toStartRequest } from "./start-body.ts";
import { StartedSchema, TimelineSchema, VerificationSchema } from "./verification-schemas.ts";
import { type ChangeWaiters, lookUntil } from "./wait-for-change.ts";

export type VerificationDeps = {
  db: Db;
  /** Null when there is no such route. */
  start: (route: string, request: StartRequest) => Promise<StartResult> | null;
  waiters: ChangeWaiters;
};

/** Any text: what is no id of ours is simply not found. */
const byId = z.object({ id: z.string() });

const startRoute = createRoute({
  method: "post",
  path: "/v1/verifications",
  summary: "Start a verification",
  security,
  request: { body: { required: true, content: { "application/json": { schema: StartBody } } } },
  responses: {
    201: json(StartedSchema, "Started, or the record of the same request made before"),
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
    409: refusal("conflict or in_progress"),
    413: refusal("too_large"),
    415: refusal("unsupported_media_type"),
    422: refusal("provider_refused"),
    502: refusal("provider_misconfigured"),
    503: refusal("provider_unavailable or provider_throttled"),
    504: refusal("provider_timeout"),
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/verifications/{id}",
  summary: "Look up a verification, waiting for its outcome if asked to",
  security,
  request: { params: byId, query: z.object({ wait: z.coerce.number().int().min(0).max(60).default(0) }) },
  responses: {
    200: json(VerificationSchema, "The record"),
    304: { description: "Unchanged since the ETag given in If-None-Match" },
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
    404: refusal("not_found"),
  },
});

const timelineRoute = createRoute({
  method: "get",
  path: "/v1/verifications/{id}/timeline",
  summary: "Everything on record about a verification, in order",
  security,
  request: { params: byId },
  responses: {
    200: json(TimelineSchema, "Receipts, checks, transitions, discrepancies and alerts"),
    400: refusal("invalid_request"),
    401: refusal("unauthenticated"),
    404: refusal("not_found"),
  },
});

export function verificationRoutes({ db, start, waiters }: VerificationDeps) {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : invalidRequest(c, result.error)),
  });

  app.openapi(startRoute, async (c) => {
    const body = c.req.valid("json");
    const { route, request } = toStartRequest(body);
    const result = await start(route, request);
    if (!result) return problem(c, "invalid_request", unknownRoute(route));
    return answerStart(c, result, pictureWarnings(body, ["facePictureBase64"]));
  });

  app.openapi(getRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { wait } = c.req.valid("query");
    const found = await lookUntil(
      waiters,
      id,
      () => findVerification(db, id),
      (row) => !row || isTerminal(row.status),
      { waitMs: wait * 1000, signal: c.req.raw.signal },
    );
    if (!found) return problem(c, "not_found", { detail: `There is no verification ${id}.` });
    const etag = `"${found.version}"`;
    if (holds(c.req.header("If-None-Match"), etag)) return c.body(null, 304, { ETag: etag });
    return c.json(describeVerification(found), 200, { ETag: etag });
  });

  app.openapi(timelineRoute, async (c) => {
    const { id } = c.req.valid("param");
    const found = await findVerification(db, id);
    if (!found) return problem(c, "not_found", { detail: `There is no verification ${id}.` });
    return c.json({ items: await verificationTimeline(db, found) }, 200);
  });
  return app;
}

/** Whether one of the tags the caller has is this one. Proxies that compress weaken a tag, which makes no difference here. */
const holds = (tags: string | undefined, etag: string): boolean =>
  (tags ?? "").split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));

function answerStart(c: Context, result: StartResult, warnings: string[]) {
  switch (result.outcome) {
    case "started":
      return c.json(started(result.verification, warnings), 201);
    case "repeated":
      return c.json(started(result.verification, warnings), 201, { "Idempotency-Replayed": "true" });
    case "conflict":
      return problem(c, "conflict", { verificationId: result.verificationId });
    case "in_progress":
      return problem(c, "in_progress", { verificationId: result.verificationId }, { "Retry-After": "1" });
    case "refused":
      return refusedByProvider(c, result.answer, result.verification.id);
    case "unavailable":
      return providerUnavailable(c, result.answer, result.verificationId);
  }
}

const started = (row: Verification, warnings: string[]) => ({
  ...describeVerification(row),
  warnings,
  ...(row.protocol !== null && { protocol: row.protocol }),
  ...(row.transactionUrl !== null && { transactionUrl: row.transactionUrl }),
});

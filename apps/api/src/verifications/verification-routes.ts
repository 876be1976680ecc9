import { type Db, findVerification, type Verification } from "@verdict/db";
import { isTerminal, reaches } from "@verdict/domain";
import { describeVerification, type StartRequest, type StartResult, verificationTimeline } from "@verdict/services";
import type { Context } from "hono";
import { z } from "zod";
import { seenBy } from "../access/seen-by.ts";
import { byId } from "../http/by-id.ts";
import { call, calls } from "../http/call.ts";
import { problem, unknownRoute } from "../http/problem.ts";
import { json, jsonBody } from "../http/responses.ts";
import { type ChangeWaiters, lookUntil } from "../live/wait-for-change.ts";
import { nameActors } from "./name-actors.ts";
import { pictureWarnings } from "./picture-issues.ts";
import { providerUnavailable, refusedByProvider } from "./provider-problem.ts";
import { StartBody, toStartRequest } from "./start-body.ts";
import { StartedSchema, TimelineSchema, VerificationSchema } from "./verification-schemas.ts";

export type VerificationDeps = {
  db: Db;
  /** Null when there is no such route. */
  start: (route: string, request: StartRequest) => Promise<StartResult> | null;
  waiters: ChangeWaiters;
};

const startCall = call({
  id: "startVerification",
  tag: "Verifications",
  permission: "verifications.start",
  concerns: "routes",
  method: "post",
  path: "/v1/verifications",
  summary: "Start a verification",
  request: { body: jsonBody(StartBody) },
  answers: {
    201: json(StartedSchema, "Started, or the record of the same request made before"),
  },
  refuses: [
    "conflict",
    "in_progress",
    "provider_refused",
    "provider_misconfigured",
    "provider_unavailable",
    "provider_throttled",
    "provider_timeout",
  ],
});

const getCall = call({
  id: "getVerification",
  tag: "Verifications",
  permission: "verifications.read",
  concerns: "routes",
  method: "get",
  path: "/v1/verifications/{id}",
  summary: "Look up a verification, waiting for its outcome if asked to",
  request: { params: byId, query: z.object({ wait: z.coerce.number().int().min(0).max(60).default(0) }) },
  answers: {
    200: json(VerificationSchema, "The record"),
    304: { description: "Unchanged since the ETag given in If-None-Match" },
  },
  refuses: ["not_found"],
});

const timelineCall = call({
  id: "getTimeline",
  tag: "Verifications",
  permission: "verifications.read",
  concerns: "routes",
  method: "get",
  path: "/v1/verifications/{id}/timeline",
  summary: "Everything on record about a verification, in order",
  request: { params: byId },
  answers: {
    200: json(TimelineSchema, "What people did to it, receipts, checks, transitions, discrepancies and alerts"),
  },
  refuses: ["not_found"],
});

export const verificationRoutes = ({ db, start, waiters }: VerificationDeps) =>
  calls()
    .openapi(startCall, async (c) => {
      const body = c.req.valid("json");
      const { route, request } = toStartRequest(body);
      const result = reaches(c.var.caller, route) ? await start(route, request) : null;
      if (!result) return problem(c, "invalid_request", unknownRoute(route));
      return answerStart(c, result, pictureWarnings(body, ["facePictureBase64"]));
    })
    .openapi(getCall, async (c) => {
      const { id } = c.req.valid("param");
      const { wait } = c.req.valid("query");
      const found = await lookUntil(
        waiters,
        id,
        async () => seenBy(c.var.caller, await findVerification(db, id)),
        (row) => !row || isTerminal(row.status),
        { waitMs: wait * 1000, signal: c.req.raw.signal },
      );
      if (!found) return problem(c, "not_found", { detail: `There is no verification ${id}.` });
      const etag = `"${found.version}"`;
      if (holds(c.req.header("If-None-Match"), etag)) return c.body(null, 304, { ETag: etag });
      return c.json(describeVerification(found), 200, { ETag: etag });
    })
    .openapi(timelineCall, async (c) => {
      const { id } = c.req.valid("param");
      const found = seenBy(c.var.caller, await findVerification(db, id));
      if (!found) return problem(c, "not_found", { detail: `There is no verification ${id}.` });
      const entries = await verificationTimeline(db, found);
      return c.json({ items: await nameActors(db, c.var.caller, entries) }, 200);
    });

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

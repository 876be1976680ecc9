import { isDatabaseAway } from "@verdict/db";
import { QueueUnavailableError } from "@verdict/queue";
import type { Logger } from "@verdict/runtime";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { requestFacts } from "./log-requests.ts";
import { problem } from "./problem.ts";

/** Makes a problem of whatever was thrown. What nobody expected is logged, and not told. */
export const answerError =
  (log: Logger) =>
  (error: Error, c: Context): Response => {
    if (error instanceof HTTPException && error.status === 400) {
      return problem(c, "invalid_request", { detail: "The body is not valid JSON." });
    }
    if (error instanceof HTTPException && error.status === 415) return problem(c, "unsupported_media_type");
    if (error instanceof QueueUnavailableError) return problem(c, "queue_unavailable", {}, { "Retry-After": "1" });
    log.error({ ...requestFacts(c), err: error }, "request failed");
    return isDatabaseAway(error) ? problem(c, "unavailable", {}, { "Retry-After": "1" }) : problem(c, "internal_error");
  };

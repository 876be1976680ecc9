import type { Context, TypedResponse } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";

/** Every kind of error the API answers with: its stable code, its status and its title. */
export const PROBLEMS = {
  invalid_request: [400, "The request is not valid"],
  unauthenticated: [401, "A valid API key or a session is needed"],
  forbidden: [403, "You may not do this"],
  cross_site: [403, "A session changes things only from our own pages"],
  password_change_required: [403, "A password of your own comes first"],
  not_found: [404, "There is no such thing"],
  conflict: [409, "Another request was made under this merchantBizId, transactionId or callbackToken"],
  in_progress: [409, "The same request is being carried out"],
  already_answered: [409, "There is an answer under this merchantBizId; another one needs another merchantBizId"],
  email_taken: [409, "Somebody has this address"],
  endpoint_disabled: [409, "The endpoint is switched off; switch it on first"],
  name_taken: [409, "Another one has this name"],
  last_admin: [409, "Somebody has to stay who may let people in"],
  already_revoked: [409, "Somebody has revoked it before"],
  already_resolved: [409, "Somebody has resolved it before"],
  already_voided: [409, "Somebody has voided it before"],
  already_ended: [409, "It has ended, and stays as it is; only what is open can be voided"],
  nothing_to_ask: [409, "The provider has nothing to be asked about it"],
  erased: [410, "Somebody has asked that this person be erased"],
  cursor_gone: [
    410,
    "What this cursor stood before is no longer there; begin without one, and look up what you may have missed",
  ],
  too_large: [413, "The request is too large"],
  unsupported_media_type: [415, "The body has to be JSON"],
  provider_refused: [422, "The provider refused the request"],
  internal_error: [500, "Something went wrong on our side"],
  unavailable: [503, "The database cannot be reached at the moment"],
  queue_unavailable: [503, "The queue cannot be reached at the moment"],
  provider_misconfigured: [502, "The provider does not accept our credentials or settings"],
  provider_unavailable: [503, "The provider could not be reached"],
  provider_throttled: [503, "The provider asks us to slow down"],
  provider_timeout: [504, "The provider did not answer in time"],
  answer_lost: [504, "The provider's answer was lost; it may have been paid for, and force=true pays again"],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457. `errors` names each field at fault; `providerCode` is the provider's own code, unchanged. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  providerCode: z.string().optional(),
  providerRequestId: z.string().optional(),
  verificationId: z.string().optional(),
});

export type ProblemDetails = Omit<z.output<typeof Problem>, "type" | "title" | "status" | "code">;

/** Spelled out per code, so that a route's documented answers are checked against what it really gives. */
type ProblemResponse<Code extends ProblemCode> = Code extends ProblemCode
  ? Response & TypedResponse<z.output<typeof Problem>, (typeof PROBLEMS)[Code][0], "json">
  : never;

/** Answers with problem+json. */
export function problem<Code extends ProblemCode>(
  c: Context,
  code: Code,
  details?: ProblemDetails,
  headers?: Record<string, string>,
): ProblemResponse<Code>;
export function problem(
  c: Context,
  code: ProblemCode,
  details: ProblemDetails = {},
  headers: Record<string, string> = {},
): Response {
  const [status, title] = PROBLEMS[code];
  const body = { type: `urn:verdict:problem:${code}`, title, status, code, ...details };
  return c.json(body, status, { "Content-Type": "application/problem+json", ...headers });
}

/** A zod error as the problem it is: every field by its path, and what is expected of it. */
export const invalidRequest = (c: Context, error: z.core.$ZodError) =>
  problem(c, "invalid_request", {
    detail: error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; "),
    errors: error.issues.flatMap(fieldErrors),
  });

/** The details for a route slug that is not configured. */
export const unknownRoute = (route: string): ProblemDetails => ({
  detail: `route: there is no route "${route}"`,
  errors: [{ path: "route", message: `there is no route "${route}"` }],
});

/** An unknown field is named by itself, not by the object it was found in. */
function fieldErrors(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  const at = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return [{ path: at, message: issue.message }];
  return issue.keys.map((key) => ({ path: at ? `${at}.${key}` : key, message: "there is no such field" }));
}

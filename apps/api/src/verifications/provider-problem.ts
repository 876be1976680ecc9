import type { Context } from "hono";
import { problem } from "../http/problem.ts";

/** A provider's answer as far as callers are told of it. */
type ProviderAnswer = { kind: string; code: string; message: string; requestId: string | null };

/** The provider refused for good. Its own code is passed on unchanged. */
export function refusedByProvider(c: Context, answer: ProviderAnswer, verificationId: string) {
  const code = answer.kind === "configuration" ? "provider_misconfigured" : "provider_refused";
  return problem(c, code, providerDetails(answer, verificationId));
}

/** The provider could not be asked, or its answer was lost. The same request may be made again. */
export function providerUnavailable(c: Context, answer: ProviderAnswer, verificationId: string) {
  const details = providerDetails(answer, verificationId);
  if (answer.code === "Timeout") return problem(c, "provider_timeout", details, { "Retry-After": "1" });
  const code = answer.kind === "throttled" ? "provider_throttled" : "provider_unavailable";
  return problem(c, code, details, { "Retry-After": "1" });
}

export const providerDetails = (answer: ProviderAnswer, verificationId: string) => ({
  detail: answer.message,
  providerCode: answer.code,
  ...(answer.requestId !== null && { providerRequestId: answer.requestId }),
  verificationId,
});

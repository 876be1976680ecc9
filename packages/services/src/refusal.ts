import type { Verification } from "@verdict/db";
import { type CallFacts, classify } from "@verdict/provider";

/** A provider's answer as far as callers are told of it. */
export type Refusal = CallFacts & { kind: string };

/** The refusal a verification ended with, from its record. */
export const refusalOf = (held: Verification): Refusal => ({
  kind: classify(400, held.errorCode ?? ""),
  httpStatus: null,
  code: held.errorCode ?? "",
  message: held.errorMessage ?? "",
  requestId: null,
});

import { z } from "zod";
import { merchantBizId, transactionId } from "./initialize.ts";
import { text } from "./lenient.ts";

/** `CheckResult` (provider notes, section 4.1). The transaction id must be the one we stored, never one a client sent. */
export const CheckResultRequest = z.object({
  merchantBizId,
  transactionId,
  /** Images only come with `Y`; Verdict asks for none. */
  isReturnImage: z.enum(["Y", "N"]).default("N"),
});

export type CheckResultRequest = z.input<typeof CheckResultRequest>;

/**
 * `Result` of CheckResult (provider notes, section 4.2). `passed` is the verdict only when it is exactly `Y` or `N`: `P`, an
 * absent or an unknown value all mean "not final". It is never inferred from the sub-code. The Ext* records hold personal
 * data and are kept as they came; `parseExtRecord` reads one.
 */
export const CheckResultAnswer = z.looseObject({
  passed: z.string().nullish(),
  subCode: text.nullish(),
});

export type CheckResultAnswer = z.output<typeof CheckResultAnswer>;

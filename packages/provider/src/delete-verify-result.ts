import { z } from "zod";
import { transactionId } from "./initialize.ts";
import { expectedText, optionalText } from "./lenient.ts";

/** `DeleteVerifyResult` (provider notes, section 8). Irreversible, and supported for some products only. */
export const DeleteVerifyResultRequest = z.object({
  transactionId,
  /** `Y` succeeds only if the result was fetched before; `N` deletes in any case. */
  deleteAfterQuery: z.enum(["Y", "N"]).default("N"),
  /** `Img` the pictures, `Text` the Ext* records, `All` both. */
  deleteType: z.enum(["Img", "Text", "All"]),
});

export type DeleteVerifyResultRequest = z.input<typeof DeleteVerifyResultRequest>;

/** `Result`. `deleteResult` is `N` when the provider did not delete: an answer, not an error. */
export const DeleteVerifyResultAnswer = z.looseObject({
  deleteResult: expectedText,
  transactionId: optionalText,
});

export type DeleteVerifyResultAnswer = z.output<typeof DeleteVerifyResultAnswer>;

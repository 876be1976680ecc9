import { z } from "zod";
import { merchantBizId, transactionId } from "./initialize.ts";
import { text } from "./lenient.ts";

/** `CheckVerifyLog`: why nothing came (provider notes, section 4.5). Useful only once the 30 minutes have lapsed. */
export const CheckVerifyLogRequest = z.object({ merchantBizId, transactionId });

export type CheckVerifyLogRequest = z.input<typeof CheckVerifyLogRequest>;

/** `Result` of CheckVerifyLog. `verifyStatus`: `0` finished, `1` interrupted, `2` never started. */
export const CheckVerifyLogAnswer = z.looseObject({
  verifyStatus: text.nullish(),
  passed: z.string().nullish(),
  subCode: text.nullish(),
  /** The client SDK's code: 1005 network, 1006 the user left, 1016 no camera permission … */
  verifyErrorCode: text.nullish(),
  /** Where it broke off: LOADING, GUIDE, FACE, OCR_SCAN, OCR_RESULT, NFC_INPUT, NFC_READ. */
  interruptPageEn: z.string().nullish(),
  interruptPage: z.string().nullish(),
});

export type CheckVerifyLogAnswer = z.output<typeof CheckVerifyLogAnswer>;

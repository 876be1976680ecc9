import type { Product } from "@verdict/domain";
import type { AnswerClass } from "./codes.ts";
import type { Operation } from "./sign-call.ts";

/** Where a code is written down. Null stands for all: the vendor's general table, or the gateway before every operation. */
export type DocumentedAt = { operation: Operation | null; product: Product | null; source: string };

/** One documented value of `Code`. `class` is what `classify` says of it; a test holds the two together. */
export type ReturnCode = {
  code: string;
  httpStatus: number;
  meaning: string;
  class: AnswerClass;
  documentedAt: readonly DocumentedAt[];
};

const FACE: DocumentedAt = { operation: "Initialize", product: "FACE_VERIFY", source: "seed 0" };
const OCR: DocumentedAt = { operation: "Initialize", product: "ID_OCR", source: "seed 1" };
const IDU: DocumentedAt = { operation: "FaceDuplicationCheckIntl", product: "FACE_IDU_MIN", source: "seed 2" };
const TABLE: DocumentedAt = { operation: null, product: null, source: "provider notes, section 2.5, product codes" };
const GATEWAY: DocumentedAt = { operation: null, product: null, source: "provider notes, section 2.5, gateway codes" };
const FLOW: DocumentedAt = { operation: null, product: null, source: "provider notes, section 2.6" };
const DELETION: DocumentedAt = {
  operation: "DeleteVerifyResult",
  product: null,
  source: "provider notes, section 8",
};

const SEEDS = [FACE, OCR, IDU, TABLE];
const PICTURES = [FACE, IDU, TABLE];

type Row = readonly [
  code: string,
  httpStatus: number,
  class_: AnswerClass,
  meaning: string,
  at: readonly DocumentedAt[],
];

/** Where the notes name a family (`Missing<Param>`, `Forbidden.*`), one member stands for it. */
const ROWS: readonly Row[] = [
  ["Success", 200, "ok", "The call worked; that says nothing about the person.", SEEDS],
  ["200", 200, "ok", "The same, as DeleteVerifyResult spells it.", [DELETION]],
  ["MissingParameter", 400, "permanent", "A required parameter is empty.", SEEDS],
  ["InvalidParameter", 400, "permanent", "A parameter has a value that is not allowed.", SEEDS],
  ["TransactionIdInvalid", 400, "permanent", "No such transaction in this region.", [TABLE]],
  ["NoFaceDetected", 401, "permanent", "No face was found in the picture.", PICTURES],
  ["UnqualifiedPhoto", 401, "permanent", "The picture is unreadable or of too poor quality.", PICTURES],
  ["ToolargeImage", 401, "permanent", "The picture is too large.", PICTURES],
  ["DataDuplication", 401, "permanent", "A picture was given both as Base64 and as a URL.", PICTURES],
  ["DownloadTimeout", 401, "transient", "The picture could not be fetched from its URL in time.", PICTURES],
  ["Forbidden.ExceptionRepeatedInvoke", 401, "throttled", "Too many abnormal calls in a row.", [OCR, TABLE]],
  ["Forbidden.RAMUserAccessDenied", 403, "configuration", "The RAM user lacks AliyunAntCloudAuthFullAccess.", SEEDS],
  ["Forbidden.AccountAccessDenied", 403, "configuration", "Not activated, or a payment is overdue.", SEEDS],
  ["Throttling.Api", 403, "throttled", "More calls per second than the account may make.", [...SEEDS, FLOW]],
  ["ProcessNotCompleted", 404, "pending", "The user has not finished yet.", [TABLE]],
  ["SuspiciousActivity", 429, "throttled", "Held back by a security policy.", [TABLE]],
  ["InternalError", 500, "transient", "A fault inside the provider.", SEEDS],
  ["ServiceUnavailable", 503, "transient", "The service is not available at the moment.", [OCR, TABLE]],

  ["Throttling", 400, "throttled", "Held back, without saying by what.", [FLOW]],
  ["Throttling.User", 400, "throttled", "Held back by the account's own limit.", [FLOW]],
  ["Throttling.Api.Concurrency", 400, "throttled", "Too many calls at the same time.", [FLOW]],
  ["SignatureDoesNotMatch", 400, "configuration", "The signature is wrong, most often the secret.", [GATEWAY]],
  ["InvalidAccessKeyId.NotFound", 404, "configuration", "The access key does not exist.", [GATEWAY]],
  ["InvalidAccessKeyId.Inactive", 400, "configuration", "The access key is disabled.", [GATEWAY]],
  ["InvalidTimeStamp.Format", 400, "configuration", "The date of the call cannot be read.", [GATEWAY]],
  ["InvalidTimeStamp.Expired", 400, "configuration", "The clocks are more than 15 minutes apart.", [GATEWAY]],
  ["SignatureNonceUsed", 400, "transient", "The same nonce came before: the call may have arrived twice.", [GATEWAY]],
  ["InvalidApi.NotFound", 404, "configuration", "No such operation.", [GATEWAY]],
  ["InvalidProduct.NotFound", 404, "configuration", "No such product at this address.", [GATEWAY]],
  ["InvalidProtocol.NeedSsl", 404, "configuration", "The operation wants https.", [GATEWAY]],
  ["MissingMerchantBizId", 400, "permanent", "One of Missing<Parameter>: that parameter is mandatory.", [GATEWAY]],
  ["UnsupportedHTTPMethod", 400, "configuration", "The operation wants POST.", [GATEWAY]],
  ["InvalidSignatureMethod", 400, "configuration", "The kind of signature is not known.", [GATEWAY]],
  ["InvalidParameter.Format", 400, "permanent", "A parameter is not in the form it should have.", [GATEWAY]],
  ["NoPermission", 403, "configuration", "The RAM user may not make this call.", [GATEWAY]],
  ["Forbidden.Unknown", 403, "configuration", "One of Forbidden.*: refused by the access rules.", [GATEWAY]],
];

/** Every documented return code. An answer may still bring another: `classify` has a word for those. */
export const RETURN_CODES: readonly ReturnCode[] = ROWS.map(([code, httpStatus, class_, meaning, documentedAt]) => ({
  code,
  httpStatus,
  meaning,
  class: class_,
  documentedAt,
}));

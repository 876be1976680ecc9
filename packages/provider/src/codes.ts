/** What an answer of the provider means for whoever asked. */
export const ANSWER_CLASSES = [
  "ok",
  "pending",
  "throttled",
  "transient",
  "permanent",
  "configuration",
  "unknown",
] as const;
export type AnswerClass = (typeof ANSWER_CLASSES)[number];

const SUCCESS = new Set(["Success", "200"]);

/** Longest prefix first: `Forbidden.ExceptionRepeatedInvoke` is a plea to slow down, other `Forbidden` codes are ours to fix. */
const CLASS_BY_PREFIX: readonly (readonly [prefix: string, meaning: AnswerClass])[] = [
  ["ProcessNotCompleted", "pending"],
  ["Throttling", "throttled"],
  ["SuspiciousActivity", "throttled"],
  ["Forbidden.ExceptionRepeatedInvoke", "throttled"],
  ["InternalError", "transient"],
  ["ServiceUnavailable", "transient"],
  ["DownloadTimeout", "transient"],
  ["SignatureNonceUsed", "transient"],
  ["Forbidden", "configuration"],
  ["NoPermission", "configuration"],
  ["SignatureDoesNotMatch", "configuration"],
  ["IncompleteSignature", "configuration"],
  ["InvalidSignature", "configuration"],
  ["InvalidAccessKeyId", "configuration"],
  ["InvalidSecurityToken", "configuration"],
  ["InvalidTimeStamp", "configuration"],
  ["InvalidApi", "configuration"],
  ["InvalidAction", "configuration"],
  ["InvalidProduct", "configuration"],
  ["InvalidProtocol", "configuration"],
  ["InvalidVersion", "configuration"],
  ["UnsupportedHTTPMethod", "configuration"],
  ["MissingParameter", "permanent"],
  ["InvalidParameter", "permanent"],
  ["TransactionIdInvalid", "permanent"],
  ["NoFaceDetected", "permanent"],
  ["UnqualifiedPhoto", "permanent"],
  ["ToolargeImage", "permanent"],
  ["DataDuplication", "permanent"],
  ["Missing", "permanent"],
];

/**
 * Classifies an answer by its `Code`; the HTTP status decides only for codes nobody has documented. The status misleads:
 * image problems come as 401, throttling as 403 or 400, an unfinished session as 404 (provider notes, sections 2.5 and 2.6).
 * Success alone must not contradict its status, or a redirect or a proxy's error could speak it.
 */
export function classify(httpStatus: number, code: string): AnswerClass {
  if (SUCCESS.has(code) && httpStatus >= 200 && httpStatus < 300) return "ok";
  return knownClass(code) ?? (httpStatus >= 500 ? "transient" : "unknown");
}

/** Failures the provider itself reports: the call has ended there. A used nonce is none, since its first use may have counted. */
const ENDED: readonly string[] = ["InternalError", "ServiceUnavailable", "DownloadTimeout"];

/** Whether a failed call is known to have done nothing. A gateway's own word does not tell what was done behind it. */
export const didNothing = (code: string): boolean => ENDED.some((prefix) => code.startsWith(prefix));

const knownClass = (code: string): AnswerClass | null =>
  CLASS_BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1] ?? null;

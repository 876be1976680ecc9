import { type Claim, opposite } from "./outcomes.ts";
import type { Outcome, Transaction } from "./transactions.ts";

type Subject = Pick<Transaction, "product" | "docType" | "idSpoof">;

/** A grey pixel: no picture of anybody. */
const PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mOoBwAAgQCAiqLL4AAAAABJRU5ErkJggg==";

const VIDEO = "https://video.simulated.invalid/session.mp4";

/**
 * `Result` of CheckResult (provider notes, section 4.2): the verdict, and records that are JSON inside a string. Every value in
 * them is made up and says so. `lies`: the contrary of what happened.
 */
export function resultOf(
  held: Subject,
  outcome: Outcome,
  { images = false, lies = false, videoField = null as string | null } = {},
): Record<string, unknown> {
  const claim: Claim = lies ? opposite(outcome) : outcome;
  return {
    Passed: claim.passed,
    SubCode: claim.subCode,
    ...(held.product === "FACE_VERIFY"
      ? { ExtFaceInfo: JSON.stringify({ ...faceInfo(claim, images), ...(videoField && { [videoField]: VIDEO }) }) }
      : { ExtIdInfo: JSON.stringify(idInfo(held, claim, images)) }),
    ExtInfo: "{}",
    ...(lies ? {} : outcome.result),
  };
}

/** The comparison has no score when it never ran: a liveness or device risk ends the session before it. */
function faceInfo({ passed, subCode }: Claim, images: boolean) {
  const compared = passed === "Y" || subCode === "204";
  return {
    facePassed: passed,
    ...(compared && { faceComparisonScore: passed === "Y" ? 99.5 : 12.5 }),
    faceAttack: subCode === "205" ? "Y" : "N",
    faceOcclusion: "N",
    faceQuality: 95,
    ...(images && passed === "Y" && { faceImg: PICTURE }),
  };
}

function idInfo({ docType, idSpoof }: Subject, { passed, subCode }: Claim, images: boolean) {
  const fields = Object.fromEntries((FIELDS[docType ?? ""] ?? OTHER_FIELDS).map((key) => [key, madeUp(key)]));
  const forged = subCode === "205";
  return {
    ocrIdPassed: passed,
    ocrIdInfo: fields,
    ocrIdEditInfo: fields,
    ...(idSpoof && { spoofInfo: { spoofResult: forged ? "Y" : "N", spoofType: forged ? ["SCREEN_REMARK"] : [] } }),
    ...(images && passed === "Y" && { idImage: PICTURE }),
  };
}

const PERMIT = ["name", "englishName", "sex", "birthDate", "idNumber", "issueDate", "expiryDate", "originOfIssue"];
const HONG_KONG = [
  ...["name", "englishName", "nameCode", "sex", "birthDate", "idNumber"],
  ...["currentIssueDate", "firstIssueDate", "isPermanent", "symbols"],
];
const OTHER_FIELDS = ["name", "sex", "birthDate", "address", "idNumber"];

/** The keys each document has (provider notes, section 4.2). */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "01000000": ["surname", "givenname", "sex", "birthDate", "passportNo", "nationality", "expiryDate", "countryCode"],
  "00000006": HONG_KONG,
  "00000008": HONG_KONG,
  "00000007": [...PERMIT, "placeOfIssue"],
  "00000009": PERMIT,
  "000000012": PERMIT,
};

function madeUp(key: string): string {
  if (key.endsWith("Date")) return "1900-01-01";
  return /number|passportNo/i.test(key) ? "SIMULATED-0000" : "SPECIMEN";
}

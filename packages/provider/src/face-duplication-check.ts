import { z } from "zod";
import { merchantBizId, pictureBase64, pictureUrl, sceneCode } from "./initialize.ts";
import { expectedText, optionalText } from "./lenient.ts";

/** `VerifyModel` by what it does (seed 2): search a face group, compare two pictures, or both. */
export const VERIFY_MODELS = { search: "0", verification: "1", comprehensive: "2" } as const;

/** Characters are an assumption; seed 2 shows letters and digits. */
const groupCode = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "letters, digits, - and _");

/**
 * `FaceDuplicationCheckIntl` for FACE_IDU_MIN (seed 2). It answers at once, is billed per call and knows no idempotency. All
 * defaults are sent, because seed 2 and the vendor's metadata disagree on two of them (provider notes, section 7). The reserved
 * `SaveFacePicture` and `FaceVerifyThreshold` are left out.
 */
export const FaceDuplicationCheckRequest = z.object({
  productCode: z.literal("FACE_IDU_MIN"),
  sceneCode: sceneCode.optional(),
  merchantBizId,
  /** Opaque; also the name under which a face is registered. At most 32 characters there (provider notes, section 7). */
  merchantUserId: z.string().min(1).max(32),
  /** `0` search, `1` verification, `2` comprehensive. Default by seed 2; the metadata says 0. */
  verifyModel: z.enum(["0", "1", "2"]).default("1"),
  /** `1` looks for a screen or mask in the source picture. */
  liveness: z.enum(["0", "1"]).default("0"),
  /** Face groups to search, at most 10. Travels as codes separated by ASCII commas. */
  faceGroupCodes: z.array(groupCode).min(1).max(10).optional(),
  sourceFacePicture: pictureBase64.optional(),
  sourceFacePictureUrl: pictureUrl.optional(),
  targetFacePicture: pictureBase64.optional(),
  targetFacePictureUrl: pictureUrl.optional(),
  /** Beware: `0` registers, `1` does not. Default by seed 2; the metadata says 0. */
  autoRegistration: z.enum(["0", "1"]).default("1"),
  faceRegisterGroupCode: groupCode.optional(),
  /** How many similar faces to name, 1 to 5. */
  returnFaces: z.enum(["1", "2", "3", "4", "5"]).default("1"),
});

export type FaceDuplicationCheckRequest = z.input<typeof FaceDuplicationCheckRequest>;

type Rules = Pick<
  z.output<typeof FaceDuplicationCheckRequest>,
  | "verifyModel"
  | "faceGroupCodes"
  | "sourceFacePicture"
  | "sourceFacePictureUrl"
  | "targetFacePicture"
  | "targetFacePictureUrl"
  | "autoRegistration"
  | "faceRegisterGroupCode"
>;

/** A rule between fields that a request breaks: `missing` and `duplicated` mirror the provider's codes for it. */
export type BrokenRule = { field: string; kind: "missing" | "duplicated" | "unused"; message: string };

/**
 * What is wrong between the fields of a request (seed 2, VerifyModel). That a registration needs a group, and that the other
 * mode's fields are not to be sent, are assumptions: sending a person's picture for nothing is never right.
 */
export function brokenFaceCheckRules(request: Rules): BrokenRule[] {
  const searches = request.verifyModel !== VERIFY_MODELS.verification;
  const compares = request.verifyModel !== VERIFY_MODELS.search;
  const rules: (BrokenRule | null)[] = [
    pictureRuleOf("sourceFacePicture", request.sourceFacePicture, request.sourceFacePictureUrl, true),
    pictureRuleOf("targetFacePicture", request.targetFacePicture, request.targetFacePictureUrl, compares),
    searches && !request.faceGroupCodes
      ? { field: "faceGroupCodes", kind: "missing", message: "a search needs at least one face group" }
      : null,
    !searches && request.faceGroupCodes
      ? { field: "faceGroupCodes", kind: "unused", message: "verification mode searches no face group" }
      : null,
    !searches && request.autoRegistration === "0"
      ? { field: "autoRegistration", kind: "unused", message: "verification mode registers no face" }
      : null,
    searches && request.autoRegistration === "0" && !registrationGroup(request)
      ? { field: "faceRegisterGroupCode", kind: "missing", message: "name the group to register in" }
      : null,
  ];
  return rules.filter((rule) => rule !== null);
}

/** Where a new face goes: the group named for it, or the only one that is searched. */
export const registrationGroup = (request: Pick<Rules, "faceGroupCodes" | "faceRegisterGroupCode">): string | null =>
  request.faceRegisterGroupCode ?? (request.faceGroupCodes?.length === 1 ? (request.faceGroupCodes[0] ?? null) : null);

function pictureRuleOf(
  field: string,
  base64: string | undefined,
  url: string | undefined,
  wanted: boolean,
): BrokenRule | null {
  if (base64 && url) return { field, kind: "duplicated", message: `only one of ${field} and ${field}Url may be given` };
  const given = Boolean(base64 || url);
  if (wanted && !given) return { field, kind: "missing", message: `one of ${field} and ${field}Url is required` };
  return !wanted && given ? { field, kind: "unused", message: "search mode compares with no other picture" } : null;
}

/** One face of a group that is similar (seed 2, DuplicateFace). A face that cannot be read still counts as one. */
export const DuplicateFace = z
  .looseObject({ faceGroupCode: optionalText, faceId: optionalText, merchantUserId: optionalText })
  .catch({});

/**
 * `Result` (seed 2). Strings by the seed, some of them numbers by the metadata; `facePassed` is `Yes` in one place. The answer
 * was paid for: only the verdict itself must be readable.
 */
export const FaceDuplicationCheckAnswer = z.looseObject({
  facePassed: expectedText,
  subCode: expectedText,
  transactionId: optionalText,
  faceComparisonScore: optionalText,
  /** A JSON list as text, by the seed; taken as a list too. Kept verbatim: `parseDuplicateFaces` reads it. */
  duplicateFace: z.unknown().optional(),
  /** `1` registered, `0` not. */
  faceRegistrationResult: optionalText,
  faceRegistrationId: optionalText,
  /** `Y` an attack; only with liveness asked for. */
  faceAttack: optionalText,
  faceAttackScore: optionalText,
  faceAge: optionalText,
  faceGender: optionalText,
  extFaceInfo: z.unknown().optional(),
});

export type FaceDuplicationCheckAnswer = z.output<typeof FaceDuplicationCheckAnswer>;

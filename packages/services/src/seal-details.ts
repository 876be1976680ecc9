import type { NewDetail } from "@verdict/db";
import { type PersonalDetail, personalDetails } from "@verdict/domain";
import { type CheckResultAnswer, type FaceDuplicationCheckAnswer, parseExtRecord } from "@verdict/provider";
import type { DetailCipher } from "./detail-cipher.ts";

/** The records of CheckResult that hold what the provider knows of a person (provider notes, section 4.2). */
const RECORDS = ["extIdInfo", "extFaceInfo", "extBasicInfo", "extRiskInfo", "extInfo", "ekycResult", "extSourceInfo"];

/** What CheckResult told of a person, pictures left out. */
export const detailsOfResult = (result: CheckResultAnswer): PersonalDetail[] =>
  personalDetails(Object.fromEntries(RECORDS.map((name) => [name, parseExtRecord(result[name])])));

/** What a face check told of a person; scores that settle it are evidence and kept elsewhere. */
export function detailsOfFaceCheck(result: FaceDuplicationCheckAnswer): PersonalDetail[] {
  const { faceAge, faceGender, extFaceInfo } = result;
  return personalDetails({ extFaceInfo: { faceAge, faceGender, ...parseExtRecord(extFaceInfo) } });
}

/** Details as they are kept. Without a cipher there are none: nothing is kept in the clear. */
export const sealDetails = (
  cipher: DetailCipher | undefined,
  verificationId: string,
  details: readonly PersonalDetail[],
): NewDetail[] =>
  cipher
    ? details.map(({ value, ...name }) => ({
        ...name,
        envelope: cipher.seal({ verificationId, ...name }, value),
        keyId: cipher.kid,
      }))
    : [];

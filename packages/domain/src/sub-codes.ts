import type { Product } from "./status.ts";

/**
 * What the sub-codes of the face products mean (seed 2; 206 also seed 0). FACE_VERIFY and ID_OCR have no readable table of
 * their own, so codes are shown, never judged by: the verdict is `passed`, and unknown codes are kept as they are.
 */
export const SUB_CODES: Readonly<Record<string, string>> = {
  "200": "passed",
  "204": "the faces do not match, or the live picture was poor",
  "205": "liveness risk, possibly an attack",
  "206": "refused by device or business policy",
  "233": "a similar face is already registered",
};

/** Whether we know what a sub-code of a product means. Of documents only 200 is known. */
export const isKnownSubCode = (product: Product, subCode: string): boolean =>
  Object.hasOwn(SUB_CODES, subCode) && (product !== "ID_OCR" || subCode === "200");

/** In words where we know them: `205 (liveness risk, possibly an attack)`. */
export const describeSubCode = (product: Product, subCode: string): string =>
  isKnownSubCode(product, subCode) ? `${subCode} (${SUB_CODES[subCode]})` : subCode;

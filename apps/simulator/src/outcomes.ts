/** What a user's try ended with. Two words that the provider keeps apart: `passed` is the verdict, `subCode` the reason. */
export type Claim = { passed: "Y" | "N"; subCode: string };

export const PRODUCTS = ["FACE_VERIFY", "ID_OCR"] as const;

/** The products whose sessions a user walks through on a phone. */
export type Product = (typeof PRODUCTS)[number];

export const PASS: Claim = { passed: "Y", subCode: "200" };

/** The contrary of a claim, with the sub-code that fits it: a lie that nothing but CheckResult can expose. */
export const opposite = (claim: Claim): Claim => (claim.passed === "Y" ? { passed: "N", subCode: "204" } : PASS);

/** One outcome a person at the phone can choose, in words. */
export type CatalogueEntry = Claim & { title: string; detail: string };

/**
 * The face codes are documented (provider notes, section 6). No table for ID_OCR is public: its failures borrow the face
 * codes, which is an assumption, and the page says so.
 */
export const CATALOGUE: Record<Product, readonly CatalogueEntry[]> = {
  FACE_VERIFY: [
    { ...PASS, title: "It is the right person", detail: "Live face, and it matches the photo." },
    { passed: "N", subCode: "204", title: "It is somebody else", detail: "The face does not match the photo." },
    {
      passed: "N",
      subCode: "205",
      title: "It is not a live person",
      detail: "A mask, a screen or a replay: an attack.",
    },
    {
      passed: "N",
      subCode: "206",
      title: "The device is not trusted",
      detail: "Security policy or a risky environment.",
    },
  ],
  ID_OCR: [
    { ...PASS, title: "The document is read", detail: "Every field found." },
    {
      passed: "N",
      subCode: "204",
      title: "The document is not readable",
      detail: "Blurred, cut off or the wrong kind.",
    },
    { passed: "N", subCode: "205", title: "The document is not genuine", detail: "A screen, a copy or a forgery." },
    {
      passed: "N",
      subCode: "206",
      title: "The device is not trusted",
      detail: "Security policy or a risky environment.",
    },
  ],
};

/** Where a session can break off (provider notes, section 4.5). */
export const PAGES: Record<Product, readonly string[]> = {
  FACE_VERIFY: ["LOADING", "GUIDE", "FACE"],
  ID_OCR: ["LOADING", "GUIDE", "OCR_SCAN", "OCR_RESULT"],
};

/** The page on which a session does its work: where people give up when nobody says where. */
export const mainPage = (product: Product): string => (product === "FACE_VERIFY" ? "FACE" : "OCR_SCAN");

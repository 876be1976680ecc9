import { type DetailMask, MASKS } from "./mask-detail.ts";

/** What a detail says something about. `other`: nobody has told us what the provider means by it. */
export const DETAIL_CLASSES = ["document", "face", "other"] as const;
export type DetailClass = (typeof DETAIL_CLASSES)[number];

/** Which detail of which class; the field is the provider's own name with a dot between levels, like `ocrIdInfo.idNumber`. */
export type DetailName = { class: DetailClass; field: string };

/** One thing the provider told about a person. */
export type PersonalDetail = DetailName & { value: string };

/** The provider's records that hold such details, by our spelling (provider notes, sections 4.2 and 7). */
export type DetailRecords = Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;

/**
 * What is known of the provider's fields, by the last part of their name (provider notes, section 4.2; the passport's from an
 * integrator, the mainland and Macao cards' an assumption).
 */
const DOCUMENT_FIELDS: Readonly<Record<string, DetailMask>> = {
  ...{ name: "name", englishName: "name", surname: "name", givenname: "name", nameCode: "hidden" },
  ...{ idNumber: "number", passportNo: "number" },
  ...{ birthDate: "year", issueDate: "year", expiryDate: "year", currentIssueDate: "year", firstIssueDate: "year" },
  ...{ sex: "hidden", ethnicity: "hidden", nationality: "hidden", countryCode: "hidden", address: "hidden" },
  ...{ placeOfIssue: "hidden", originOfIssue: "hidden", symbols: "hidden", isPermanent: "hidden" },
  ...{ ocrIdPassed: "shown", spoofResult: "shown", spoofType: "shown" },
};

const FACE_FIELDS: Readonly<Record<string, DetailMask>> = {
  ...{ faceAge: "hidden", faceGender: "hidden" },
  ...{ facePassed: "shown", faceAttack: "shown", faceOcclusion: "shown" },
  ...{ faceComparisonScore: "shown", faceQuality: "shown", authorityComparisonScore: "shown" },
  ...{ faceQualityScore: "shown", illuminationScore: "shown", kaOcclusionScore: "shown" },
  ...{ occlusionScore: "shown", sharpnessScore: "shown" },
};

/** Which fields are known in which record. A name means nothing where it was not documented: a `name` elsewhere is not masked as one. */
const KNOWN: Readonly<Record<string, { class: DetailClass; fields: Readonly<Record<string, DetailMask>> }>> = {
  extIdInfo: { class: "document", fields: DOCUMENT_FIELDS },
  extFaceInfo: { class: "face", fields: FACE_FIELDS },
};

/** Pictures and videos, by name; whatever is as long as one is taken for one, too. */
const PICTURE = /im(?:g|age)|photo|picture|portrait|selfie|video|base64/i;

/** A name, an address, a score. Raw OCR text and pictures are longer; an address on the net or of data is no detail. */
const LONGEST = 500;
const ELSEWHERE = /^\s*(?:https?:|data:)/i;
/** What nests deeper, or comes in greater number, is no record of a person. */
const DEEPEST = 4;
const MOST = 200;
const NAME = /^[\w-]{1,60}$/;

/**
 * The details in an answer's records, as text. Never among them: pictures, videos and links to them, text as long as raw OCR,
 * what is empty, and edited fields that the user left as they were read.
 */
export function personalDetails(records: DetailRecords): PersonalDetail[] {
  const found = Object.entries(records).flatMap(([record, fields]) => (fields ? inRecord(record, fields) : []));
  return withoutUnedited(found).slice(0, MOST);
}

function inRecord(record: string, fields: Readonly<Record<string, unknown>>): PersonalDetail[] {
  const known = KNOWN[record];
  return leaves(fields).map(([path, value]) => {
    const field = path.join(".");
    return known && Object.hasOwn(known.fields, path.at(-1) ?? "")
      ? { class: known.class, field, value }
      : { class: "other", field: `${record}.${field}`, value };
  });
}

type Leaf = [path: string[], value: string];

function leaves(value: unknown, path: string[] = []): Leaf[] {
  if (Array.isArray(value)) return value.every(isScalar) ? leaf(path, value.map(String).join(", ")) : [];
  if (typeof value === "object" && value !== null) {
    if (path.length === DEEPEST) return [];
    return Object.entries(value).flatMap(([name, inner]) => (NAME.test(name) ? leaves(inner, [...path, name]) : []));
  }
  if (typeof value === "number" || typeof value === "boolean") return [[path, String(value)]];
  return typeof value === "string" ? leaf(path, value) : [];
}

const isScalar = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);

function leaf(path: string[], text: string): Leaf[] {
  const kept = text.trim();
  const never = path.some((name) => PICTURE.test(name)) || kept.length > LONGEST || ELSEWHERE.test(kept);
  return kept === "" || never ? [] : [[path, kept]];
}

const READ = "ocrIdInfo.";
const EDITED = "ocrIdEditInfo.";

function withoutUnedited(details: readonly PersonalDetail[]): PersonalDetail[] {
  const read = new Map(details.map(({ field, value }) => [field, value]));
  return details.filter(
    ({ field, value }) => !field.startsWith(EDITED) || read.get(field.replace(EDITED, READ)) !== value,
  );
}

/** A detail as it is shown to whoever has not asked to see it. Says neither the length of what it hides nor anything of what is unknown. */
export function maskDetail({ class: of, field, value }: PersonalDetail): string {
  const fields = Object.values(KNOWN).find((known) => known.class === of)?.fields ?? {};
  const last = field.split(".").at(-1) ?? "";
  return MASKS[(Object.hasOwn(fields, last) && fields[last]) || "hidden"](value);
}

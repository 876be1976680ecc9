import { z } from "zod";

const yesNo = z.enum(["Y", "N"]);

/** Letters and digits, at most 32. The provider does not check that it is unique (seed 0, MerchantBizId). */
export const merchantBizId = z.string().regex(/^[A-Za-z0-9]{1,32}$/, "at most 32 letters and digits");

/** Letters, digits and underscores, at most 10 (seeds 0 and 1, SceneCode). */
export const sceneCode = z.string().regex(/^[A-Za-z0-9_]{1,10}$/, "at most 10 letters, digits and underscores");

/** Text that can be signed, sent and stored as it is: no NUL, and no half of a surrogate pair. */
export const plainText = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => text.isWellFormed() && !text.includes("\0"), "text with a character that is none");

const httpUrl = z.url({ protocol: /^https?$/, error: "an http or https URL" });

/** Base64 of a JPG or PNG. What it holds is judged by `judgePicture`; this is only how long it may be on the wire. */
export const pictureBase64 = z.string().min(1).max(1_400_000);

/** Must be reachable from the public network (seeds 0 and 2). */
export const pictureUrl = httpUrl.max(2_048);

/** Parameters both products share. Order and names follow the seeds; lengths without a source are assumptions. */
const shared = {
  sceneCode: sceneCode.optional(),
  merchantBizId,
  /** Opaque to the provider, which asks for it to be hashed first (seeds 0 and 1, MerchantUserId). */
  merchantUserId: plainText(128),
  /** What the client SDK produced, passed through unmodified (seeds 0 and 1, MetaInfo). */
  metaInfo: plainText(16_384),
  /** Must begin with https; tried by the provider before it accepts the call (seeds 0 and 1). Length is an assumption. */
  callbackUrl: httpUrl.max(512).optional(),
  /** Echoed in the callback. Length is an assumption: the samples have 27 and 40 characters. */
  callbackToken: z.string().min(1).max(64).optional(),
  /** Where a browser session returns to (web integration; provider notes, section 3). */
  returnUrl: httpUrl.max(2_048).optional(),
  procedurePriority: z.enum(["url", "keep"]).optional(),
  styleConfig: z.string().max(4_096).optional(),
  languageConfig: z.string().max(4_096).optional(),
};

/** `Initialize` for live face verification (seed 0). Defaults are always sent: the sources disagree on some of them. */
export const FaceVerifyRequest = z.object({
  productCode: z.literal("FACE_VERIFY"),
  ...shared,
  /** Base64 of a JPG or PNG of at most 0.6 MB. Exactly one of this and `facePictureUrl` (seed 0). */
  facePictureBase64: pictureBase64.optional(),
  facePictureUrl: pictureUrl.optional(),
  /** `01` standard, `02` safe. Seed 0 names 02 as the default, the vendor's metadata 01. */
  securityLevel: z.enum(["01", "02"]).default("02"),
  model: z.enum(["LIVENESS", "PHOTINUS_LIVENESS"]).default("LIVENESS"),
  docVideo: yesNo.default("N"),
  appQualityCheck: yesNo.default("Y"),
});

/** The documents ID_OCR reads (seed 1). The prose says eight digits, but two of the codes have nine: a list, no pattern. */
export const DOC_TYPES = {
  "01000000": "Global passport",
  "00000001": "Second-generation resident ID card of the Chinese mainland",
  "00000006": "Hong Kong identity card (2003 version)",
  "00000008": "Hong Kong identity card (2018 version)",
  "00000007": "Exit-Entry Permit for Travelling to and from Hong Kong and Macao",
  "00000009": "Mainland Travel Permits for Hong Kong and Macao Residents",
  "000000011": "Macao (China) identity card",
  "000000012": "Mainland Travel Permit for Taiwan Residents",
} as const;

export type DocType = keyof typeof DOC_TYPES;

const docTypes = Object.keys(DOC_TYPES) as [DocType, ...DocType[]];

/** `Initialize` for document reading (seed 1). */
export const IdOcrRequest = z.object({
  productCode: z.literal("ID_OCR"),
  ...shared,
  docType: z.enum(docTypes),
  idSpoof: yesNo.default("N"),
  /** `0` standard, `1` strict, `2` loose, `3` off. */
  idThreshold: z.enum(["0", "1", "2", "3"]).default("3"),
  /** Extra pages to collect; only the back of a Chinese mainland ID card can be asked for. Travels as JSON text. */
  docPageConfig: z.array(z.literal("OCR_ID_BACK")).min(1).optional(),
  showGuidePage: z.enum(["0", "1"]).default("1"),
  docScanMode: z.enum(["shoot", "scan", "auto"]).default("shoot"),
});

type Pictures = { facePictureBase64?: string | undefined; facePictureUrl?: string | undefined };
type Pages = { docType: string; docPageConfig?: readonly string[] | undefined };

/** Rules between fields. `duplicated` mirrors the provider's code DataDuplication, `missing` its MissingParameter. */
export function pictureRule(request: Pictures): "missing" | "duplicated" | null {
  if (request.facePictureBase64 && request.facePictureUrl) return "duplicated";
  return request.facePictureBase64 || request.facePictureUrl ? null : "missing";
}

/** Seed 1, DocPageConfig: "Currently, only Chinese mainland ID cards are supported." */
export const pageRuleBroken = (request: Pages): boolean =>
  request.docPageConfig !== undefined && request.docType !== "00000001";

export const InitializeRequest = z.discriminatedUnion("productCode", [FaceVerifyRequest, IdOcrRequest]);

export type InitializeRequest = z.output<typeof InitializeRequest>;

/** Opaque, at most 64 characters (an assumption: the samples have 32). */
export const transactionId = z.string().min(1).max(64);

/** `Result` of a successful Initialize. The id must be kept: the provider has no way to look it up again. */
export const InitializeResult = z.looseObject({
  transactionId,
  protocol: z.string().nullish(),
  /** Single use, browser flow only (provider notes, section 1). */
  transactionUrl: z.string().nullish(),
});

export type InitializeResult = z.output<typeof InitializeResult>;

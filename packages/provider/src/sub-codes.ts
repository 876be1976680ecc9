import { type Product, SUB_CODES } from "@verdict/domain";

/** A sub-code as one product documents it. The words are the domain's; what it costs and where it stands are told here. */
export type DocumentedSubCode = {
  product: Product;
  subCode: string;
  meaning: string;
  /** Whether the record is billed; null where no table says so. */
  billed: boolean | null;
  source: string;
  /** True where only a sister product documents it, and we expect it to mean the same. */
  assumed: boolean;
};

type Row = readonly [product: Product, subCode: string, billed: boolean | null, source: string, assumed: boolean];

/** ID_OCR has no readable table beyond the sample of its callback (provider notes, section 6). */
const ROWS: readonly Row[] = [
  ["FACE_VERIFY", "200", null, "seed 0, CallbackUrl", false],
  ["FACE_VERIFY", "204", null, "provider notes, section 6", true],
  ["FACE_VERIFY", "205", null, "provider notes, section 6", true],
  ["FACE_VERIFY", "206", null, "seed 0, SecurityLevel", false],
  ["ID_OCR", "200", null, "seed 1, CallbackUrl", false],
  ["FACE_IDU_MIN", "200", true, "seed 2, SubCode", false],
  ["FACE_IDU_MIN", "204", true, "seed 2, SubCode", false],
  ["FACE_IDU_MIN", "205", true, "seed 2, SubCode", false],
  ["FACE_IDU_MIN", "206", true, "seed 2, SubCode", false],
  ["FACE_IDU_MIN", "233", true, "seed 2, SubCode", false],
];

/** The sub-codes each product is known to send. An open set: an unknown one is kept as it is, and `passed` decides. */
export const DOCUMENTED_SUB_CODES: readonly DocumentedSubCode[] = ROWS.map(
  ([product, subCode, billed, source, assumed]) => ({
    product,
    subCode,
    meaning: SUB_CODES[subCode] ?? "",
    billed,
    source,
    assumed,
  }),
);

import { base64Fault, decodedLength, formLength } from "./base64.ts";
import { type PictureSize, readPictureSize } from "./picture-size.ts";

export type PictureRule = "base64" | "format" | "source_size" | "wire_size" | "resolution_low" | "resolution_high";

/** A rule a picture breaks. The message names the rule and the value found, and repeats nothing of the picture. */
export type PictureProblem = { rule: PictureRule; message: string };

/** What the provider accepts but advises against. */
export type PictureWarning = { rule: "landscape"; message: string };

/**
 * The limits of a face picture (seed 0 and seed 2, "image format requirements"). 0.6 MB is for the file itself when it
 * travels as Base64, 1 MB for what then travels. Sides are compared long with long and short with short, since the seeds allow
 * portrait and landscape alike.
 */
export const PICTURE_LIMITS = {
  sourceBytes: 629_145,
  wireBytes: 1_048_576,
  longSide: { min: 640, max: 1_920 },
  shortSide: { min: 480, max: 1_080 },
} as const;

/** Longest Base64 that is decoded: more than the source limit, so that a picture little too large is still described. */
const DECODED_CHARACTERS = 1_000_000;

/**
 * Judges a face picture before anything of it is sent (seed 0 and seed 2, "image format requirements"): strict Base64, a JPG or
 * PNG by its bytes, sizes and resolution within the limits, upright or with a warning. Never throws, decodes no pixels, and
 * takes time in proportion to the text's length.
 */
export function judgePicture(base64: string): { problems: PictureProblem[]; warnings: PictureWarning[] } {
  const fault = base64Fault(base64);
  if (fault !== null) return { problems: [{ rule: "base64", message: `base64: ${fault}` }], warnings: [] };

  const head = Buffer.from(base64.slice(0, DECODED_CHARACTERS), "base64");
  const size = readPictureSize(new Uint8Array(head));
  const problems = [judgeSource(decodedLength(base64)), judgeWire(formLength(base64))];
  if (typeof size === "string") {
    problems.push({ rule: "format", message: `format: a JPG or PNG is wanted, the bytes are ${size}` });
    return { problems: problems.filter((problem) => problem !== null), warnings: [] };
  }
  problems.push(...judgeResolution(size));
  const warnings = size.width > size.height ? [landscape(size)] : [];
  return { problems: problems.filter((problem) => problem !== null), warnings };
}

function judgeSource(bytes: number): PictureProblem | null {
  if (bytes <= PICTURE_LIMITS.sourceBytes) return null;
  return {
    rule: "source_size",
    message: `source_size: ${bytes} bytes; at most ${PICTURE_LIMITS.sourceBytes} (0.6 MB)`,
  };
}

function judgeWire(bytes: number): PictureProblem | null {
  if (bytes <= PICTURE_LIMITS.wireBytes) return null;
  return {
    rule: "wire_size",
    message: `wire_size: ${bytes} bytes once encoded for sending; at most ${PICTURE_LIMITS.wireBytes} (1 MB)`,
  };
}

function judgeResolution(size: PictureSize): PictureProblem[] {
  const { longSide, shortSide } = PICTURE_LIMITS;
  const long = Math.max(size.width, size.height);
  const short = Math.min(size.width, size.height);
  const problems: PictureProblem[] = [];
  if (long < longSide.min || short < shortSide.min) {
    const message = `resolution_low: ${inWords(size)}; at least ${longSide.min} on the long side and ${shortSide.min} on the short`;
    problems.push({ rule: "resolution_low", message });
  }
  if (long > longSide.max || short > shortSide.max) {
    const message = `resolution_high: ${inWords(size)}; at most ${longSide.max} on the long side and ${shortSide.max} on the short`;
    problems.push({ rule: "resolution_high", message });
  }
  return problems;
}

const landscape = (size: PictureSize): PictureWarning => ({
  rule: "landscape",
  message: `landscape: ${inWords(size)}; wider than high, which may lower the accuracy`,
});

const inWords = ({ width, height }: PictureSize): string => `${width} × ${height} pixels (width × height)`;

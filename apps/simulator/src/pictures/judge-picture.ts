import { createHash } from "node:crypto";
import { sha256Hex } from "@verdict/provider";
import { decode } from "./decode.ts";
import { type PictureHeader, readHeader } from "./header.ts";

/** What the provider says to a picture it cannot use (seed 2, Response codes). */
export type PictureRefusal = "InvalidParameter" | "ToolargeImage" | "UnqualifiedPhoto" | "NoFaceDetected";

export type JudgedPicture =
  /** `sha256` of the file, `person` by its pixels: the same picture is the same person, in whatever file it comes. */
  { kind: "face"; sha256: string; person: string } | { kind: "refused"; code: PictureRefusal; why: string };

/** "The 1 MB data transfer limit" (seeds 0 and 2): of the Base64 text, since that is what is transferred. */
export const BASE64_LENGTH_MAX = 1_048_576;

/** 640 × 480 to 1920 × 1080, height × width. A picture that lies on its side is tolerated (seeds 0 and 2). */
const LONG_SIDE = { min: 640, max: 1_920 };
const SHORT_SIDE = { min: 480, max: 1_080 };

/** A picture with less contrast than this shows nothing, so no face either. */
const CONTRAST_MIN = 16;

/** Judges a picture as the provider does, by really decoding it. Nothing is decoded whose header announces too much. */
export function judgePicture(base64: string): JudgedPicture {
  if (base64.length > BASE64_LENGTH_MAX) return refused("ToolargeImage", "it is above 1 MB");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    return refused("InvalidParameter", "it is not Base64");
  }
  const bytes = Buffer.from(base64, "base64");
  const header = readHeader(bytes);
  if (!header) return refused("UnqualifiedPhoto", "it is neither a JPG nor a PNG");
  if (!hasRightSize(header)) {
    return refused("UnqualifiedPhoto", `${header.height} x ${header.width} is not within 640 x 480 to 1920 x 1080`);
  }
  const pixels = decode(bytes, header);
  if (!pixels) return refused("UnqualifiedPhoto", "it cannot be read to its end");
  if (contrastOf(pixels) < CONTRAST_MIN) return refused("NoFaceDetected", "it shows nothing");
  const person = createHash("sha256").update(`${header.width}x${header.height}`).update(pixels).digest("hex");
  return { kind: "face", sha256: sha256Hex(bytes), person };
}

const refused = (code: PictureRefusal, why: string): JudgedPicture => ({ kind: "refused", code, why });

function hasRightSize({ width, height }: PictureHeader): boolean {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  return short >= SHORT_SIDE.min && short <= SHORT_SIDE.max && long >= LONG_SIDE.min && long <= LONG_SIDE.max;
}

/** The range of the green channel, which carries most of the brightness. */
function contrastOf(pixels: Uint8Array): number {
  let darkest = 255;
  let brightest = 0;
  for (let at = 1; at < pixels.length; at += 4) {
    const green = pixels[at] ?? 0;
    if (green < darkest) darkest = green;
    if (green > brightest) brightest = green;
  }
  return brightest - darkest;
}

import { JPG } from "image-size/types/jpg";
import { PNG } from "image-size/types/png";

/** Width and height as the picture is shown. */
export type PictureSize = { width: number; height: number };

/** EXIF orientations that lay a picture on its side. */
const LYING = new Set([5, 6, 7, 8]);

/** Formats people send by mistake, by what they begin with. */
const OTHER_FORMATS: readonly (readonly [RegExp, string])[] = [
  [/^GIF8/, "a GIF"],
  [/^RIFF.{4}WEBP/s, "a WebP"],
  [/^.{4}ftyp/s, "a HEIC, AVIF or video"],
  [/^BM/, "a BMP"],
  [/^(?:II\*\0|MM\0\*)/, "a TIFF"],
  [/^%PDF/, "a PDF"],
  [/^\s*<(?:\?xml|svg)/i, "an SVG"],
];

/**
 * The size of a JPG or PNG by its own bytes, or in words what they are instead. Only headers are read, no pixel. The bytes must
 * have memory of their own: image-size looks at the buffer behind a view, which may be shared.
 */
export function readPictureSize(bytes: Uint8Array<ArrayBuffer>): PictureSize | string {
  try {
    if (PNG.validate(bytes)) return PNG.calculate(bytes);
  } catch {
    return "a PNG whose header cannot be read";
  }
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff) return otherFormat(bytes);
  try {
    const { width, height, orientation } = JPG.calculate(bytes);
    return LYING.has(orientation ?? 1) ? { width: height, height: width } : { width, height };
  } catch {
    return "a JPG whose size cannot be found";
  }
}

function otherFormat(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 16)).toString("latin1");
  return OTHER_FORMATS.find(([pattern]) => pattern.test(start))?.[1] ?? "neither";
}

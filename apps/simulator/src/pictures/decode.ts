import { inflateSync } from "node:zlib";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import type { PictureHeader } from "./header.ts";

/** A progressive JPEG of a few hundred kilobytes could hold thousands of scans, each of which costs a pass over the picture. */
const SCANS_MAX = 64;

/**
 * The pixels, four bytes each. Null: the file is cut off or broken. What it may cost is bounded by the size in the header,
 * which the caller has checked.
 */
export function decode(bytes: Buffer, { format, width, height }: PictureHeader): Uint8Array | null {
  try {
    return format === "jpeg" ? decodeJpeg(bytes) : decodePng(bytes, width, height);
  } catch {
    return null;
  }
}

function decodeJpeg(bytes: Buffer): Uint8Array | null {
  // The decoder fills a picture that is cut off with grey.
  if (bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) < 0 || scans(bytes) > SCANS_MAX) return null;
  const options = { useTArray: true, tolerantDecoding: false, maxResolutionInMP: 3, maxMemoryUsageInMB: 96 } as const;
  return jpeg.decode(bytes, options).data;
}

/** Within the data of a scan, a byte 0xff is always followed by another than 0xda. */
function scans(bytes: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf("\xff\xda", 0, "latin1"); at >= 0; at = bytes.indexOf("\xff\xda", at + 2, "latin1")) {
    found += 1;
  }
  return found;
}

const INTERLACE_AT = 28;
const LONGEST_PIXEL_BYTES = 8;

function decodePng(bytes: Buffer, width: number, height: number): Uint8Array {
  // The decoder inflates an interlaced picture without a limit, so it is tried with one first.
  if (bytes[INTERLACE_AT] !== 0) {
    inflateSync(pixelData(bytes), { maxOutputLength: (width * LONGEST_PIXEL_BYTES + 8) * (height + 8) * 2 });
  }
  return PNG.sync.read(bytes).data;
}

function pixelData(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return Buffer.concat(parts);
}

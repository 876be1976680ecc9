/** What a picture says of itself before anything of it is decoded. */
export type PictureHeader = { format: "jpeg" | "png"; width: number; height: number };

const PNG_MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PNG_HEADER_BYTES = 33;

/** Reads the size from the header alone. Null: neither a JPEG nor a PNG, or its header is broken. */
export function readHeader(bytes: Buffer): PictureHeader | null {
  if (bytes.length >= PNG_HEADER_BYTES && bytes.subarray(0, 8).equals(PNG_MAGIC)) {
    if (bytes.toString("latin1", 12, 16) !== "IHDR") return null;
    return { format: "png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? readFrame(bytes) : null;
}

/** Marker segments whose frame header a decoder could begin with: SOF0 baseline, SOF1 extended, SOF2 progressive. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
const START_OF_SCAN = 0xda;

function readFrame(bytes: Buffer): PictureHeader | null {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (FRAMES.has(marker))
      return { format: "jpeg", height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    if (marker === START_OF_SCAN) return null;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

/** A segment of a JPG: marker, length, content. */
const segment = (marker: number, content: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
};

const JFIF = segment(0xe0, Buffer.from("JFIF\0\u0001\u0001\0\0\u0001\0\u0001\0\0", "latin1"));

/** One EXIF entry, the orientation, in either byte order. */
function exif(orientation: number, order: "II" | "MM"): Buffer {
  const big = order === "MM";
  const tiff = Buffer.alloc(26);
  tiff.write(order, "latin1");
  const put16 = (value: number, at: number) => (big ? tiff.writeUInt16BE(value, at) : tiff.writeUInt16LE(value, at));
  const put32 = (value: number, at: number) => (big ? tiff.writeUInt32BE(value, at) : tiff.writeUInt32LE(value, at));
  put16(42, 2);
  put32(8, 4);
  put16(1, 8);
  put16(0x0112, 10);
  put16(3, 12);
  put32(1, 14);
  put16(orientation, 18);
  return segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]));
}

type Made = { width: number; height: number; bytes?: number; fill?: number };

/** The headers of a JPG of that size, filled up to `bytes`. It holds no picture, and none is needed. */
export function jpg({ width, height, bytes = 0, fill = 0, ...given }: Made & Exif): Buffer {
  const frame = Buffer.alloc(15);
  frame[0] = 8;
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  frame[5] = 3;
  const first = given.orientation ? exif(given.orientation, given.order ?? "MM") : JFIF;
  return filled(Buffer.concat([Buffer.from([0xff, 0xd8]), first, segment(0xc0, frame)]), bytes, fill);
}

type Exif = { orientation?: number; order?: "II" | "MM" };

/** The header of a PNG of that size, filled up to `bytes`. */
export function png({ width, height, bytes = 0, fill = 0 }: Made): Buffer {
  const head = Buffer.alloc(33);
  head.write("\x89PNG\r\n\x1a\n", "latin1");
  head.writeUInt32BE(13, 8);
  head.write("IHDR", 12, "latin1");
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return filled(head, bytes, fill);
}

const filled = (head: Buffer, bytes: number, fill: number): Buffer =>
  Buffer.concat([head, Buffer.alloc(Math.max(0, bytes - head.length), fill)]);

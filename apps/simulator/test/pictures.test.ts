import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { judgePicture } from "../src/pictures/judge-picture.ts";
import { createPictureMemory } from "../src/pictures/picture-memory.ts";
import { base64, blankPng, jpegOf, pngOf } from "./pictures.ts";

const codeOf = (text: string) => {
  const judged = judgePicture(text);
  return judged.kind === "face" ? "face" : judged.code;
};

test.each([
  ["the smallest JPG", jpegOf(1)],
  ["the smallest PNG", pngOf(1)],
  ["a JPG on its side", jpegOf(1, { width: 640, height: 480 })],
  ["the largest", pngOf(1, { width: 1_080, height: 1_920 })],
])("%s is taken", (_name, bytes) => {
  expect(codeOf(base64(bytes))).toBe("face");
});

/** A PNG header that announces a size, with as little behind it as possible. */
function announcing(width: number, height: number, interlaced = false): Buffer {
  const png = Buffer.from(pngOf(1));
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  png[28] = interlaced ? 1 : 0;
  return png;
}

/** Interlaced, and inflates to 200 MB although the header announces a third of a megapixel. */
function bomb(): Buffer {
  const data = deflateSync(Buffer.alloc(200_000_000), { level: 9 });
  const [header, length] = [announcing(480, 640, true).subarray(0, 33), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  return Buffer.concat([header, length, Buffer.from("IDAT"), data, Buffer.alloc(4)]);
}

const cut = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2));
const manyScans = Buffer.concat([
  jpegOf(1).subarray(0, -2),
  Buffer.from("\xff\xda".repeat(1_000), "latin1"),
  Buffer.from([0xff, 0xd9]),
]);

test.each([
  ["no Base64", "not base64!", "InvalidParameter"],
  ["Base64 with a hole", `${base64(jpegOf(1)).slice(0, 100)}=${base64(jpegOf(1)).slice(101)}`, "InvalidParameter"],
  ["Base64 that is cut off", base64(jpegOf(1)).slice(0, -1), "InvalidParameter"],
  ["text", base64(Buffer.from("a".repeat(1_000))), "UnqualifiedPhoto"],
  ["a GIF", base64(Buffer.from("GIF89a\x80\x02\xe0\x01")), "UnqualifiedPhoto"],
  ["a PNG without content", base64(pngOf(1).subarray(0, 8)), "UnqualifiedPhoto"],
  ["too small", base64(pngOf(1, { width: 479, height: 640 })), "UnqualifiedPhoto"],
  ["too short", base64(pngOf(1, { width: 480, height: 639 })), "UnqualifiedPhoto"],
  ["too many pixels", base64(announcing(1_081, 1_920)), "UnqualifiedPhoto"],
  ["a header that announces a giant", base64(announcing(0x7fffffff, 0x7fffffff)), "UnqualifiedPhoto"],
  ["a bomb", base64(bomb()), "UnqualifiedPhoto"],
  ["a thousand scans", base64(manyScans), "UnqualifiedPhoto"],
  ["half a JPG", base64(cut(jpegOf(1))), "UnqualifiedPhoto"],
  ["half a PNG", base64(cut(pngOf(1, undefined, 0))), "UnqualifiedPhoto"],
  ["one colour", base64(blankPng()), "NoFaceDetected"],
  ["above 1 MB", base64(pngOf(1, { width: 600, height: 800 }, 0)), "ToolargeImage"],
])("%s is refused as it is documented", (_name, text, code) => {
  expect(codeOf(text)).toBe(code);
});

test("a bomb is not inflated", () => {
  const text = base64(bomb());
  const before = process.memoryUsage.rss();
  for (let nth = 0; nth < 5; nth += 1) expect(codeOf(text)).toBe("UnqualifiedPhoto");
  expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000);
});

test("the memory keeps the latest pictures only, and says the same about them", () => {
  const remember = createPictureMemory(2);
  const first = remember(base64(pngOf(1)));
  expect(remember(base64(pngOf(1)))).toBe(first);
  remember("a");
  remember("b");
  expect(remember(base64(pngOf(1)))).not.toBe(first);
  expect(remember(base64(pngOf(1)))).toEqual(first);
});

import jpeg from "jpeg-js";
import { PNG } from "pngjs";

export type Size = { width: number; height: number };

export const PORTRAIT: Size = { width: 480, height: 640 };

/** Stripes whose width depends on the person: no two persons look the same, and none of them is anybody. */
function pixels({ width, height }: Size, person: number): Buffer {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let at = 0; at < data.length; at += 4) {
    const y = Math.floor(at / 4 / width);
    data.fill(Math.floor(y / (4 + person)) % 2 === 0 ? 40 : 210, at, at + 3);
  }
  return data;
}

export const jpegOf = (person = 1, size = PORTRAIT): Buffer =>
  jpeg.encode({ ...size, data: pixels(size, person) }, 80).data;

export function pngOf(person = 1, size = PORTRAIT, deflateLevel = 6): Buffer {
  const png = new PNG(size);
  png.data = pixels(size, person);
  return PNG.sync.write(png, { deflateLevel });
}

/** A picture of nothing: one colour. */
export function blankPng(size = PORTRAIT): Buffer {
  const png = new PNG(size);
  png.data = Buffer.alloc(size.width * size.height * 4, 127);
  return PNG.sync.write(png);
}

export const base64 = (bytes: Buffer): string => bytes.toString("base64");

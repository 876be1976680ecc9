import { sha256Hex } from "@verdict/provider";
import { type JudgedPicture, judgePicture } from "./judge-picture.ts";

/** Judges each picture once: decoding takes a tenth of a second, and a load test sends the same one over and over. */
export function createPictureMemory(limit: number): (base64: string) => JudgedPicture {
  const known = new Map<string, JudgedPicture>();
  return (base64) => {
    const key = sha256Hex(base64);
    const before = known.get(key);
    if (before) return before;
    const judged = judgePicture(base64);
    known.set(key, judged);
    const [oldest] = known.keys();
    if (known.size > limit && oldest !== undefined) known.delete(oldest);
    return judged;
  };
}

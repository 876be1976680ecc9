import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/** `vk_`, 192 random bits and a checksum: made-up keys are refused without asking a store, and scanners find lost ones. */
export function newKey(): { key: string; hash: string; prefix: string } {
  const secret = `vk_${randomBytes(24).toString("hex")}`;
  const key = secret + checksum(secret);
  return { key, hash: hashKey(key), prefix: key.slice(0, 9) };
}

/** Whether a text could be a key of ours. */
export const isKey = (text: string): boolean =>
  /^vk_[0-9a-f]{56}$/.test(text) && checksum(text.slice(0, -8)) === text.slice(-8);

export const hashKey = (key: string): string => createHash("sha256").update(key).digest("hex");

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, "0");

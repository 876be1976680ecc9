import { createHmac } from "node:crypto";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The secret of an `otpauth:` URI as it is written there, and the bytes it stands for. */
export function totpSecret(uri: string): { base32: string; bytes: Buffer } {
  const base32 = new URL(uri).searchParams.get("secret") ?? "";
  const bits = [...base32].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return { base32, bytes: Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))) };
}

/** What an authenticator app shows: RFC 6238 with SHA-1, six digits, thirty seconds. */
export function totpCode(uri: string, at: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", totpSecret(uri).bytes).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

import { createHash, hash } from "node:crypto";

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/** Writes the HMAC of a message that ends with `rest`, or as much of it as `into` has room for. */
export type PreparedHmac = (rest: Uint8Array, into: Uint8Array) => void;

/**
 * HMAC-SHA256 (RFC 2104) with one secret over messages of one length that begin alike. The same as
 * `createHmac("sha256", secret).update(prefix).update(rest).digest()` at a third of its cost, because nothing has to be
 * set up: a receiver pays this for every stranger. Not reentrant, and needs not be: it never waits.
 */
export function preparedHmac(secret: string, prefix: string, restBytes: number): PreparedHmac {
  const given = Buffer.from(secret);
  const key = given.length > BLOCK_BYTES ? createHash("sha256").update(given).digest() : given;
  const block = (pad: number) => Buffer.alloc(BLOCK_BYTES).map((_, index) => (key[index] ?? 0) ^ pad);

  const start = Buffer.from(prefix);
  const inner = Buffer.concat([block(0x36), start, Buffer.alloc(restBytes)]);
  const outer = Buffer.concat([block(0x5c), Buffer.alloc(DIGEST_BYTES)]);
  const innerDigest = outer.subarray(BLOCK_BYTES);
  const restAt = BLOCK_BYTES + start.length;
  return (rest, into) => {
    if (rest.length !== restBytes) throw new Error(`expected ${restBytes} bytes, got ${rest.length}`);
    for (let at = 0; at < restBytes; at++) inner[restAt + at] = rest[at] ?? 0;
    digest(inner, innerDigest);
    digest(outer, into);
  };
}

/** A digest as text of one letter a byte costs a quarter of one as a buffer of its own, and to copy it in here less than to have it written. */
function digest(message: Uint8Array, into: Uint8Array): void {
  const bytes = hash("sha256", message, "binary");
  const count = Math.min(into.length, DIGEST_BYTES);
  for (let at = 0; at < count; at++) into[at] = bytes.charCodeAt(at);
}

import { _SHA256 as Sha256 } from "@noble/hashes/sha2.js";

export const BLOCK_BYTES = 64;
export const DIGEST_BYTES = 32;
/** Behind every message: one bit, and at the end of the last block the length of all of it in bits (FIPS 180-4, section 5.1.1). */
const END_BIT = 0x80;
const LENGTH_BYTES = 8;

/**
 * SHA-256 over one block, the key, and a message of always the same length. What is left after the key's block is kept, and
 * the message stands where it is digested, so that nothing is set up and nothing leaves JavaScript: a short message costs one
 * round of compression. That round is the library's; only where the bytes stand is ours.
 */
export class KeyedSha256 extends Sha256 {
  /** What the next digest is made of, besides the key. To be written into. */
  readonly message: Uint8Array;
  readonly #blocks: DataView;
  readonly #afterKey: ReturnType<Sha256["get"]>;

  /** `key` is 64 bytes. */
  constructor(key: Uint8Array, messageBytes: number) {
    super();
    if (key.length !== BLOCK_BYTES) throw new Error(`expected a key of ${BLOCK_BYTES} bytes, got ${key.length}`);
    const blocks = Math.ceil((messageBytes + 1 + LENGTH_BYTES) / BLOCK_BYTES);
    const bytes = new Uint8Array(blocks * BLOCK_BYTES);
    this.message = bytes.subarray(0, messageBytes);
    this.#blocks = viewOf(bytes);
    this.#blocks.setUint8(messageBytes, END_BIT);
    this.#blocks.setBigUint64(bytes.length - LENGTH_BYTES, BigInt(BLOCK_BYTES + messageBytes) * 8n);
    this.process(viewOf(key), 0);
    this.#afterKey = this.get();
  }

  /** Writes the digest, or as much of it as there is room for. */
  writeDigest(into: Uint8Array): void {
    const [a, b, c, d, e, f, g, h] = this.#afterKey;
    this.set(a, b, c, d, e, f, g, h);
    for (let at = 0; at < this.#blocks.byteLength; at += BLOCK_BYTES) this.process(this.#blocks, at);
    const words = this.get();
    const count = Math.min(into.length, DIGEST_BYTES);
    for (let at = 0; at < count; at++) into[at] = (words[at >> 2] ?? 0) >>> (24 - 8 * (at & 3));
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

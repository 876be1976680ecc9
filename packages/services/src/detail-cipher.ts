import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { DetailName } from "@verdict/domain";

/** A key that personal details are encrypted with, under the short name an envelope carries. */
export type DataKey = {
  kid: string;
  /** 32 bytes. */
  key: Uint8Array;
};

/** Where an encrypted value belongs. It can be opened there and nowhere else. */
export type DetailPlace = DetailName & { verificationId: string };

export type DetailCipher = {
  /** The key that encrypts. */
  kid: string;
  /** The value as text for the database: `v1.kid.nonce.ciphertext.tag`, in base64url without padding. */
  seal(place: DetailPlace, value: string): string;
  /** The value. Throws a DetailCipherError. */
  open(place: DetailPlace, envelope: string): string;
};

/** An envelope that gives no value. Neither its words nor its cause hold anything of the value or of a key. */
export class DetailCipherError extends Error {
  override readonly name = "DetailCipherError";
  readonly kind: "unknown_key" | "unreadable";
  /** The missing key's name; null: the envelope itself is at fault. */
  readonly kid: string | null;
  constructor(kid: string | null) {
    super(
      kid === null
        ? "A detail cannot be read: it was changed, or belongs elsewhere."
        : `A detail was encrypted with the key ${kid}, which DATA_ENCRYPTION_KEYS does not hold.`,
    );
    this.kind = kid === null ? "unreadable" : "unknown_key";
    this.kid = kid;
  }
}

const ALGORITHM = "aes-256-gcm";
const [NONCE_BYTES, TAG_BYTES] = [12, 16];
const ENVELOPE = /^v1\.([A-Za-z0-9_-]{1,15})\.([\w-]{16})\.([\w-]*)\.([\w-]{22})$/;

/**
 * Encrypts each value by itself with AES-256-GCM under the first key, and opens what any of the keys encrypted. A value is tied to
 * its verification, class, field and key: an envelope that was moved, exchanged or changed in any letter does not open.
 * `nonce` is for test vectors only: with one key no nonce may ever come twice.
 */
export function detailCipher(keys: readonly DataKey[], nonce = () => randomBytes(NONCE_BYTES)): DetailCipher {
  const [first] = keys;
  if (!first) throw new Error("There is no key to encrypt personal details with.");
  return {
    kid: first.kid,
    seal(place, value) {
      const iv = nonce();
      const cipher = createCipheriv(ALGORITHM, first.key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(place, first.kid));
      const sealed = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
      return ["v1", first.kid, ...[iv, sealed, cipher.getAuthTag()].map((part) => part.toString("base64url"))].join(
        ".",
      );
    },
    open(place, envelope) {
      const [, kid = "", ...parts] = ENVELOPE.exec(envelope) ?? [];
      const [iv, sealed, tag] = parts.map(canonical);
      if (!iv || !sealed || !tag) throw new DetailCipherError(null);
      const held = keys.find((key) => key.kid === kid);
      if (!held) throw new DetailCipherError(kid);
      const decipher = createDecipheriv(ALGORITHM, held.key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(place, kid));
      decipher.setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(sealed), decipher.final()]).toString("utf8");
      } catch {
        throw new DetailCipherError(null);
      }
    },
  };
}

/** The value; null where no key given opens the envelope. */
export function openOrNull(cipher: Pick<DetailCipher, "open">, place: DetailPlace, envelope: string): string | null {
  try {
    return cipher.open(place, envelope);
  } catch (error) {
    if (error instanceof DetailCipherError) return null;
    throw error;
  }
}

/** The name of the key that an envelope says it was encrypted with; null: it is none. */
export const kidOf = (envelope: string): string | null => ENVELOPE.exec(envelope)?.[1] ?? null;

/** What an envelope is tied to. As JSON, so that no two places read alike. */
const boundTo = ({ verificationId, class: of, field }: DetailPlace, kid: string): Buffer =>
  Buffer.from(JSON.stringify(["verdict detail v1", verificationId, of, field, kid]));

/** The last letter of base64 may carry bits that say nothing: only one spelling of a value is its envelope. */
function canonical(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : null;
}

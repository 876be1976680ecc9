import { field, Wrong } from "./field.ts";

/** A key for personal details, under the short name an encrypted value carries. */
export type DataKey = { kid: string; key: Uint8Array };

const KEY_BYTES = 32;

/** `kid:base64,…`, each of 32 random bytes: all of them open, the first one encrypts. */
export const dataEncryptionKeys = field({
  expected: `kid:key pairs separated by commas, each key ${KEY_BYTES} bytes in base64`,
  parse: parseDataKeys,
});

function parseDataKeys(text: string): DataKey[] | Wrong {
  const keys: DataKey[] = [];
  for (const [index, pair] of text.split(",").entries()) {
    const [kid = "", ...rest] = pair.trim().split(":");
    const nth = `pair ${index + 1}`;
    // Without a colon the whole pair may be a key, so it is not shown.
    if (rest.length === 0) return new Wrong(`${nth} has no colon`);
    if (!/^[A-Za-z0-9_-]{1,15}$/.test(kid))
      return new Wrong(`the kid of ${nth} is not 1 to 15 of A-Z, a-z, 0-9, _ and -`);
    if (keys.some((known) => known.kid === kid)) return new Wrong(`the kid ${kid} appears twice`);
    const key = readKey(rest.join(":"));
    if (!key) return new Wrong(`the key of ${kid} is not ${KEY_BYTES} bytes in base64`);
    if (new Set(key).size === 1) return new Wrong(`the key of ${kid} is one byte over and over`);
    const same = keys.find((known) => Buffer.compare(known.key, key) === 0);
    if (same) return new Wrong(`the keys of ${same.kid} and ${kid} are the same`);
    keys.push({ kid, key });
  }
  return keys;
}

/** Both spellings of base64, with or without padding; nothing beside it. */
function readKey(text: string): Buffer | null {
  if (!/^[\w+/-]{43}=?$/.test(text)) return null;
  const key = Buffer.from(text, "base64");
  return key.length === KEY_BYTES ? key : null;
}

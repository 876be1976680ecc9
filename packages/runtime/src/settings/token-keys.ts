import { field, Wrong } from "./field.ts";

/** A key that callback tokens are signed with, under the short name a token carries. */
export type TokenKey = { kid: string; secret: string };

/** Shorter secrets than this are refused in production. */
const SECRET_LENGTH_IN_PRODUCTION = 32;

/** `kid:secret,…`: all of them verify, the first one signs. */
export const callbackTokenKeys = (production: boolean) =>
  field({ expected: "kid:secret pairs separated by commas", parse: (text) => parseTokenKeys(text, production) });

function parseTokenKeys(text: string, production: boolean): TokenKey[] | Wrong {
  const keys: TokenKey[] = [];
  for (const [index, pair] of text.split(",").entries()) {
    const [kid = "", ...rest] = pair.trim().split(":");
    const secret = rest.join(":");
    const nth = `pair ${index + 1}`;
    // Without a colon the whole pair may be a secret, so it is not shown.
    if (rest.length === 0) return new Wrong(`${nth} has no colon`);
    if (!/^[A-Za-z0-9_-]{1,15}$/.test(kid))
      return new Wrong(`the kid of ${nth} is not 1 to 15 of A-Z, a-z, 0-9, _ and -`);
    if (secret === "") return new Wrong(`${nth} (${kid}) has no secret`);
    if (production && secret.length < SECRET_LENGTH_IN_PRODUCTION) {
      return new Wrong(`the secret of ${kid} is shorter than ${SECRET_LENGTH_IN_PRODUCTION} characters`);
    }
    if (keys.some((key) => key.kid === kid)) return new Wrong(`the kid ${kid} appears twice`);
    keys.push({ kid, secret });
  }
  return keys;
}

import { type Argon2Parameters, argon2, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(argon2);

/** 19 MiB and two passes in one lane: the least that OWASP's password cheat sheet advises for argon2id. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;

/** A password as we keep it: argon2id in the PHC form, with a salt of its own and the cost it was made at. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive("argon2id", { ...COST, message: password, nonce });
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(nonce)}$${unpadded(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Whether a password is the one that was hashed. False as well for what is no hash of ours. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt = "", expected = ""] = PHC.exec(hash) ?? [];
  if (!memory) return false;
  const tag = Buffer.from(expected, "base64");
  const parameters: Argon2Parameters = {
    ...{ message: password, nonce: Buffer.from(salt, "base64"), tagLength: tag.length },
    ...{ memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
  };
  return timingSafeEqual(await derive("argon2id", parameters), tag);
}

const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");

/** Without letters and digits that look like others, since people copy it by eye. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";

/** A random password of 24 characters in groups of six: about 138 bits. */
export const randomPassword = (): string =>
  Array.from({ length: 4 }, () => Array.from({ length: 6 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("")).join(
    "-",
  );

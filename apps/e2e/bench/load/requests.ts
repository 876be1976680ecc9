import { randomBytes, randomUUIDv7 } from "node:crypto";
import { signCallbackToken } from "@verdict/domain";
import type { Preparation, PreparedSession } from "./messages.ts";

const ROUTE = "default";
const TOKEN_LIFE_MS = 30 * 60_000;
const ID_BYTES = 15;

/** Sessions nobody has heard of. Ids have the provider's form: `hks` and 29 hex digits. */
export function newSessions(count: number): PreparedSession[] {
  const random = randomBytes(count * ID_BYTES).toString("hex");
  return Array.from({ length: count }, (_, index) => {
    const from = index * ID_BYTES * 2;
    return { verificationId: randomUUIDv7(), transactionId: `hks${random.slice(from, from + 29)}` };
  });
}

/** What to ask for, each for a session of its own. */
export function preparePaths({ key, callbacks, count }: Pick<Preparation, "key" | "callbacks" | "count">) {
  const expiresAt = new Date(Date.now() + TOKEN_LIFE_MS);
  const sessions = newSessions(count);
  const paths = sessions.map(({ verificationId, transactionId }) => {
    const genuine = signCallbackToken(ROUTE, { verificationId, expiresAt }, key);
    const token = callbacks === "genuine" ? genuine : withWrongMac(genuine);
    return `/callbacks/${ROUTE}?callbackToken=${token}&transactionId=${transactionId}&passed=Y&subCode=200`;
  });
  return { sessions, paths };
}

/** The token's last character holds bits of the MAC alone. */
const withWrongMac = (token: string): string => token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");

/**
 * A whole HTTP request, ready to be written. Joined by way of a buffer, since a text put together of parts would be put
 * together again by every write.
 */
export const requestFor = (port: number, path: string): string =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`).toString("latin1");

import { randomBytes, randomUUIDv7 } from "node:crypto";
import { signCallbackToken } from "@verdict/domain";
import type { Preparation, PreparedSession } from "./messages.ts";

const ROUTE = "default";
const TOKEN_LIFE_MS = 30 * 60_000;
const ID_BYTES = 15;

/**
 * Whole HTTP requests, ready to be written, each for a session of its own. Ids have the provider's form: `hks` and 29
 * hex digits.
 */
export function prepareRequests({ port, key, callbacks, count }: Preparation) {
  const expiresAt = new Date(Date.now() + TOKEN_LIFE_MS);
  const random = randomBytes(count * ID_BYTES).toString("hex");
  const sessions = Array.from({ length: count }, (_, index): PreparedSession => {
    const from = index * ID_BYTES * 2;
    return { verificationId: randomUUIDv7(), transactionId: `hks${random.slice(from, from + 29)}` };
  });
  const requests = sessions.map(({ verificationId, transactionId }) => {
    const genuine = signCallbackToken(ROUTE, { verificationId, expiresAt }, key);
    const token = callbacks === "genuine" ? genuine : withWrongMac(genuine);
    return request(port, `callbackToken=${token}&transactionId=${transactionId}&passed=Y&subCode=200`);
  });
  return { sessions, requests };
}

/** The token's last character holds bits of the MAC alone. */
const withWrongMac = (token: string): string => token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");

/** Joined by way of a buffer, since a text put together of parts would be put together again by every write. */
const request = (port: number, query: string): string =>
  Buffer.from(`GET /callbacks/${ROUTE}?${query} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`).toString("latin1");

import { randomBytes, randomUUIDv7 } from "node:crypto";
import { receiptId, signCallbackToken, type TokenKey } from "@verdict/domain";

const KEY: TokenKey = { kid: "e2e", secret: "known to tests only and long enough for production" };

/** The receiver's and the worker's CALLBACK_TOKEN_KEYS. */
export const TOKEN_KEYS = `${KEY.kid}:${KEY.secret}`;

export const CALLBACK_PATH = "/callbacks/default";

/** A callback that nobody has sent before. */
export type Callback = {
  /** Its own: no other callback is about it. */
  verificationId: string;
  /** Of the receipt that has to come of it. */
  receiptId: string;
  target: string;
};

const MINUTES = 60_000;

/** An authentic callback of a session of its own. */
export function newCallback(): Callback {
  const callback = {
    route: "default",
    verificationId: randomUUIDv7(),
    transactionId: `hks${randomBytes(16).toString("hex").slice(3)}`,
    claim: { passed: true, subCode: "200" },
  };
  return { verificationId: callback.verificationId, receiptId: receiptId(callback), target: targetOf(callback, KEY) };
}

/** What a stranger would send who knows the form of everything, but no secret. */
export function forgedTarget(): string {
  const callback = { verificationId: randomUUIDv7(), transactionId: `hks${"0".repeat(29)}` };
  return targetOf(callback, { kid: KEY.kid, secret: "guessed" });
}

function targetOf({ verificationId, transactionId }: { verificationId: string; transactionId: string }, key: TokenKey) {
  const expiresAt = new Date(Date.now() + 30 * MINUTES);
  const query = new URLSearchParams({
    transactionId,
    passed: "Y",
    subCode: "200",
    callbackToken: signCallbackToken("default", { verificationId, expiresAt }, key),
  });
  return `${CALLBACK_PATH}?${query}`;
}

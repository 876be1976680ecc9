import { API_VERSION } from "@verdict/provider";
import type { NonceMemory } from "../nonces.ts";
import { type ErrorCode, type RpcAnswer, refusal } from "./answers.ts";
import { readClaim, type SignedCall } from "./claims.ts";

export type Gate = {
  accessKeys: ReadonlyMap<string, string>;
  nonces: NonceMemory;
  /** Real time: the provider's own clock may have been advanced, the caller's has not. */
  now: number;
};

export type Entry = { kind: "entered"; accessKeyId: string } | { kind: "refused"; answer: RpcAnswer };

const SKEW_LIMIT_MS = 15 * 60_000;

/**
 * Who calls, or the gateway's refusal (provider notes, sections 2.3 to 2.5), the same for both kinds of signature. A nonce is
 * used up only by a call whose signature is right.
 */
export function authenticate(call: SignedCall, { accessKeys, nonces, now }: Gate): Entry {
  const read = readClaim(call);
  if (read.kind === "refused") return read;
  const { claim } = read;

  if (claim.version !== API_VERSION) {
    return refused("InvalidVersion", `Specified parameter Version is not valid: this is ${API_VERSION}.`);
  }
  if (!claim.date) return { kind: "refused", answer: claim.missing("date") };
  const sentAt = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(claim.date) ? Date.parse(claim.date) : Number.NaN;
  if (Number.isNaN(sentAt)) {
    return refused("InvalidTimeStamp.Format", `${claim.dateName} is not like 2026-01-31T00:00:00Z.`);
  }
  if (Math.abs(now - sentAt) > SKEW_LIMIT_MS) {
    const message = `${claim.dateName} is more than 15 minutes away from the server's clock.`;
    return refused("InvalidTimeStamp.Expired", message);
  }
  if (!claim.nonce) return { kind: "refused", answer: claim.missing("nonce") };

  const secret = accessKeys.get(claim.accessKeyId);
  if (secret === undefined) return refused("InvalidAccessKeyId.NotFound", "Specified access key is not found.");
  if (!claim.isSignedWith(secret)) {
    return refused("SignatureDoesNotMatch", "The request signature does not match the one the server computed.");
  }
  if (!nonces.use(claim.accessKeyId, claim.nonce)) {
    return refused("SignatureNonceUsed", "Specified signature nonce was used already.");
  }
  return { kind: "entered", accessKeyId: claim.accessKeyId };
}

const refused = (code: ErrorCode, message: string): Entry => ({ kind: "refused", answer: refusal(code, message) });

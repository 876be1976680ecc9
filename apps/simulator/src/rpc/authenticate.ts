import { API_VERSION, parseAuthorization, type SignableRequest, verifySignature } from "@verdict/provider";
import type { NonceMemory } from "../nonces.ts";
import { type RpcAnswer, refusal } from "./answers.ts";
import { missingParameter } from "./parameters.ts";

export type Gate = {
  accessKeys: ReadonlyMap<string, string>;
  nonces: NonceMemory;
  /** Real time: the provider's own clock may have been advanced, the caller's has not. */
  now: number;
};

const SKEW_LIMIT_MS = 15 * 60_000;

/**
 * Null when the call may enter, else the gateway's refusal (provider notes, sections 2.3 and 2.5). A nonce is used up only by
 * a call whose signature is right.
 */
export function refuseEntry(call: SignableRequest, { accessKeys, nonces, now }: Gate): RpcAnswer | null {
  const { headers } = call;
  const claimed = parseAuthorization(headers.authorization ?? "");
  if (!claimed) {
    return refusal("IncompleteSignature", "The Authorization header is missing or is no ACS3-HMAC-SHA256 signature.");
  }
  if (headers["x-acs-version"] !== API_VERSION) {
    return refusal("InvalidVersion", `Specified parameter Version is not valid: this is ${API_VERSION}.`);
  }
  const date = headers["x-acs-date"];
  if (!date) return missingParameter("x-acs-date");
  const sentAt = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(sentAt)) return refusal("InvalidTimeStamp.Format", "x-acs-date is not like 2026-01-31T00:00:00Z.");
  if (Math.abs(now - sentAt) > SKEW_LIMIT_MS) {
    return refusal("InvalidTimeStamp.Expired", "x-acs-date is more than 15 minutes away from the server's clock.");
  }
  const nonce = headers["x-acs-signature-nonce"];
  if (!nonce) return missingParameter("x-acs-signature-nonce");

  const secret = accessKeys.get(claimed.accessKeyId);
  if (secret === undefined) return refusal("InvalidAccessKeyId.NotFound", "Specified access key is not found.");
  if (!verifySignature(call, claimed, secret)) {
    return refusal("SignatureDoesNotMatch", "The request signature does not match the one the server computed.");
  }
  if (!nonces.use(claimed.accessKeyId, nonce)) {
    return refusal("SignatureNonceUsed", "Specified signature nonce was used already.");
  }
  return null;
}

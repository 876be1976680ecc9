import { percentEncode, sha256Hex } from "@verdict/provider";
import type { Claim } from "./outcomes.ts";

/** The callback as the provider sends it: its parameters follow whatever query the merchant's URL already has. */
export function callbackUrl(base: string, token: string | null, transactionId: string, claim: Claim): string {
  const url = new URL(base);
  const { passed, subCode } = claim;
  const parameters = { ...(token !== null && { callbackToken: token }), transactionId, passed, subCode };
  const added = Object.entries(parameters)
    .map(([name, value]) => `${name}=${percentEncode(value)}`)
    .join("&");
  url.search = url.search ? `${url.search}&${added}` : added;
  url.hash = "";
  return url.href;
}

/** Begins like the genuine token and was never issued: what a stranger could guess who had seen other tokens. */
export function wrongToken(token: string | null): string {
  const genuine = token ?? "";
  const start = genuine.slice(0, Math.floor(genuine.length / 2));
  const length = Math.max(genuine.length - start.length, 16);
  return start + sha256Hex(`not ${genuine}`).slice(0, length);
}

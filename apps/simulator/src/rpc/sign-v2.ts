import { createHmac, timingSafeEqual } from "node:crypto";
import { percentEncode } from "@verdict/provider";

type Pairs = readonly (readonly [string, string])[];

/**
 * The signature of the older RPC style (provider notes, section 2.4): Base64 of HMAC-SHA1 over the method and all parameters of
 * query and body but `Signature` itself.
 */
export function signatureV2(method: string, parameters: Pairs, accessKeySecret: string): string {
  const canonical = parameters
    .filter(([name]) => name !== "Signature")
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&");
  const stringToSign = `${method}&${percentEncode("/")}&${percentEncode(canonical)}`;
  return createHmac("sha1", `${accessKeySecret}&`).update(stringToSign).digest("base64");
}

/** Whether the parameters carry the signature this secret would give them. */
export function verifySignatureV2(method: string, parameters: Pairs, secret: string): boolean {
  const [, claimed = ""] = parameters.find(([name]) => name === "Signature") ?? [];
  const [given, expected] = [Buffer.from(claimed), Buffer.from(signatureV2(method, parameters, secret))];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The name of the signature, first word of the Authorization header. */
export const SIGNATURE_ALGORITHM = "ACS3-HMAC-SHA256";

/** One RPC request as it goes over the wire. Header names are lower case; `query` holds decoded names and values. */
export type SignableRequest = {
  method: string;
  path: string;
  query: Iterable<readonly [string, string]>;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
};

export const sha256Hex = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** RFC 3986: keeps `A-Za-z0-9-_.~`, escapes everything else, so also `! ' ( ) *`, which encodeURIComponent leaves. */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The headers a V3 signature covers: `host`, `content-type` and every `x-acs-*` header that is sent. */
export const signedHeaderNames = (headers: Readonly<Record<string, string>>): string[] =>
  Object.keys(headers)
    .filter((name) => name === "host" || name === "content-type" || name.startsWith("x-acs-"))
    .sort();

/**
 * The canonical request of Alibaba Cloud's V3 signature (provider notes, section 2.3). The query is encoded anew from its
 * decoded form: on the wire the vendor's own SDK leaves some characters unescaped that the signature escapes.
 */
export function canonicalRequest(request: SignableRequest, signedHeaders: readonly string[]): string {
  const query = [...request.query]
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .sort()
    .join("&");
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? "").trim()}\n`).join("");
  return [request.method, request.path, query, headers, signedHeaders.join(";"), sha256Hex(request.body)].join("\n");
}

/** The signature over a canonical request, as lower-case hex. */
export function signature(canonical: string, accessKeySecret: string): string {
  const stringToSign = `${SIGNATURE_ALGORITHM}\n${sha256Hex(canonical)}`;
  return createHmac("sha256", accessKeySecret).update(stringToSign).digest("hex");
}

/** The value of the Authorization header for a request whose other headers are complete. */
export function authorization(request: SignableRequest, key: { id: string; secret: string }): string {
  const names = signedHeaderNames(request.headers);
  const signed = signature(canonicalRequest(request, names), key.secret);
  return `${SIGNATURE_ALGORITHM} Credential=${key.id},SignedHeaders=${names.join(";")},Signature=${signed}`;
}

export type ParsedAuthorization = { accessKeyId: string; signedHeaders: string[]; signature: string };

/** Reads an Authorization header of this scheme; null when it is of another form. */
export function parseAuthorization(header: string): ParsedAuthorization | null {
  const match = /^ACS3-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header);
  const [, accessKeyId, names, signed] = match ?? [];
  if (!accessKeyId || !names || !signed) return null;
  return { accessKeyId, signedHeaders: names.split(";"), signature: signed };
}

/**
 * Whether a request carries the signature its key would give it. Every header that must be covered has to be named as
 * covered, and the digest header has to match the body, or a part of the request could be swapped.
 */
export function verifySignature(request: SignableRequest, claimed: ParsedAuthorization, secret: string): boolean {
  const covered = new Set(claimed.signedHeaders);
  if (signedHeaderNames(request.headers).some((name) => !covered.has(name))) return false;
  if (request.headers["x-acs-content-sha256"] !== sha256Hex(request.body)) return false;
  const expected = signature(canonicalRequest(request, claimed.signedHeaders), secret);
  return timingSafeEqual(Buffer.from(expected, "hex"), Buffer.from(claimed.signature, "hex"));
}

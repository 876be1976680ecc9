import { timingSafeEqual } from "node:crypto";
import { decodeBase64url } from "./decode-base64url.ts";
import { type PreparedHmac, preparedHmac } from "./prepared-hmac.ts";

/** A signing key: `kid` travels in the token and says which secret made it. */
export type TokenKey = { kid: string; secret: string };

/** What a token is bound to, besides the route it was made for. */
export type TokenSubject = { verificationId: string; expiresAt: Date };

export type TokenReading =
  | { kind: "genuine"; subject: TokenSubject; kid: string }
  | { kind: "refused"; reason: "malformed" | "unknown_key" | "forged" };

const ID_BYTES = 16;
const EXPIRY_BYTES = 4;
const MAC_BYTES = 16;
const PAYLOAD_BYTES = ID_BYTES + EXPIRY_BYTES;

/** 36 bytes are exactly 48 base64url characters: no padding bit is left that could change without being noticed. */
const FORM = /^[A-Za-z0-9_-]{1,15}\.[A-Za-z0-9_-]{48}$/;
/** What stands behind the dot, in characters. */
export const BODY_LENGTH = 48;
const KID = /^[A-Za-z0-9_-]{1,15}$/;
const ID = /^[0-9a-f]{32}$/i;

/**
 * Makes a callback token: `kid.base64url(id ‖ expiry ‖ mac)`, at most 64 URL-safe characters. `id` is the verification's
 * UUID (16 bytes), `expiry` whole seconds since 1970 (4 bytes, big endian), `mac` the first 128 bits of HMAC-SHA256 over
 * a domain label, key id, route, id and expiry. It exists before the provider's transaction id does, so it binds the session.
 * Throws where a token could not be read back, or would name no session: a key id or UUID of another form, an empty secret,
 * an expiry that is no date between 1970 and 2106.
 */
export function signCallbackToken(route: string, subject: TokenSubject, key: TokenKey): string {
  const id = subject.verificationId.replaceAll("-", "");
  const expiry = Math.floor(subject.expiresAt.getTime() / 1000);
  if (!KID.test(key.kid) || key.secret === "") throw new Error("This key cannot sign: its id or secret is malformed.");
  if (!ID.test(id) || Number.isNaN(expiry)) throw new Error("This token would name no session.");

  const body = Buffer.alloc(PAYLOAD_BYTES + MAC_BYTES);
  body.write(id, 0, ID_BYTES, "hex");
  body.writeUInt32BE(expiry, ID_BYTES);
  writeMac(route, key, body.subarray(0, PAYLOAD_BYTES), body.subarray(PAYLOAD_BYTES));
  return `${key.kid}.${body.toString("base64url")}`;
}

/** Reads a token offered to `route`. Takes the same time whichever bit of the MAC is wrong; expiry is left to the caller. */
export function readCallbackToken(route: string, token: string, keys: readonly TokenKey[]): TokenReading {
  const kid = token.slice(0, -BODY_LENGTH - 1);
  const key = keys.find((candidate) => candidate.kid === kid && candidate.secret !== "");
  if (!key || token[kid.length] !== "." || !decodeBase64url(token, kid.length + 1, read))
    return { kind: "refused", reason: FORM.test(token) ? "unknown_key" : "malformed" };

  writeMac(route, key, readPayload, expected);
  if (!timingSafeEqual(expected, readMac)) return { kind: "refused", reason: "forged" };
  const verificationId = formatUuid(readPayload.subarray(0, ID_BYTES));
  const expiresAt = new Date(readPayload.readUInt32BE(ID_BYTES) * 1000);
  return { kind: "genuine", subject: { verificationId, expiresAt }, kid };
}

/** Where a token is taken apart. One room for all: reading never waits, and every stranger's token would need another. */
const read = Buffer.alloc(PAYLOAD_BYTES + MAC_BYTES);
const readPayload = read.subarray(0, PAYLOAD_BYTES);
const readMac = read.subarray(PAYLOAD_BYTES);
const expected = Buffer.alloc(MAC_BYTES);

/** The HMAC of each key and route, made when first needed; a key that is forgotten takes its own along. */
const prepared = new WeakMap<TokenKey, Map<string, PreparedHmac>>();

/** Writes as much of the MAC as there is room for. */
function writeMac(route: string, key: TokenKey, payload: Uint8Array, into: Uint8Array): void {
  const byRoute = prepared.get(key) ?? new Map<string, PreparedHmac>();
  const known = byRoute.get(route);
  const hmac = known ?? preparedHmac(key.secret, `verdict callback v1\0${key.kid}\0${route}\0`, PAYLOAD_BYTES);
  if (!known) prepared.set(key, byRoute.set(route, hmac));
  hmac(payload, into);
}

/** Sixteen bytes as a UUID. */
function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

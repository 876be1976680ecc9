import { randomBytes } from "node:crypto";
import type { OutgoingCall } from "./exchange.ts";
import { authorization, percentEncode, sha256Hex } from "./sign-v3.ts";
import type { WireParameters } from "./wire.ts";

/** The API version all operations belong to. */
export const API_VERSION = "2022-08-09";

export type Credentials = { accessKeyId: string; accessKeySecret: string; securityToken?: string | undefined };

/** Where each operation's parameters belong, and how long its answer may take (provider notes, section 2.2). */
export const OPERATIONS = {
  Initialize: { inBody: (name: string) => name === "FacePictureBase64", timeoutMs: 10_000 },
  CheckResult: { inBody: () => false, timeoutMs: 10_000 },
  CheckVerifyLog: { inBody: () => true, timeoutMs: 10_000 },
  FaceDuplicationCheckIntl: { inBody: (name: string) => name !== "ProductCode", timeoutMs: 20_000 },
  DeleteVerifyResult: { inBody: () => false, timeoutMs: 10_000 },
  DeleteFaceRecordV2: { inBody: () => false, timeoutMs: 10_000 },
  KeepaliveIntl: { inBody: () => false, timeoutMs: 5_000 },
} as const;

export type Operation = keyof typeof OPERATIONS;

/** One call with its parameters in their documented places, signed for `host` as of `now`. */
export function signCall(
  operation: Operation,
  parameters: WireParameters,
  host: string,
  key: Credentials,
  now: Date,
): OutgoingCall {
  const entries = Object.entries(parameters);
  const { inBody } = OPERATIONS[operation];
  const query = entries.filter(([name]) => !inBody(name));
  const body = encodeForm(entries.filter(([name]) => inBody(name)));
  const headers: Record<string, string> = {
    host,
    accept: "application/json",
    "x-acs-action": operation,
    "x-acs-version": API_VERSION,
    "x-acs-date": now.toISOString().replace(/\.\d{3}Z$/, "Z"),
    "x-acs-signature-nonce": randomBytes(16).toString("hex"),
    "x-acs-content-sha256": sha256Hex(body),
    ...(body && { "content-type": "application/x-www-form-urlencoded" }),
    ...(key.securityToken && {
      "x-acs-accesskey-id": key.accessKeyId,
      "x-acs-security-token": key.securityToken,
    }),
  };
  const credentials = { id: key.accessKeyId, secret: key.accessKeySecret };
  headers.authorization = authorization({ method: "POST", path: "/", query, headers, body }, credentials);
  return { path: query.length > 0 ? `/?${encodeForm(query)}` : "/", headers, body };
}

const encodeForm = (entries: readonly (readonly [string, string])[]): string =>
  entries.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join("&");

import { randomBytes } from "node:crypto";
import { errors, Pool } from "undici";
import type { z } from "zod";
import { type Answer, failed, readAnswer } from "./answer.ts";
import { CheckResultAnswer, CheckResultRequest } from "./check-result.ts";
import { CheckVerifyLogAnswer, CheckVerifyLogRequest } from "./check-verify-log.ts";
import { DeleteVerifyResultAnswer, DeleteVerifyResultRequest } from "./delete-verify-result.ts";
import { FaceDuplicationCheckAnswer, FaceDuplicationCheckRequest } from "./face-duplication-check.ts";
import { InitializeRequest, InitializeResult } from "./initialize.ts";
import { KeepaliveAnswer } from "./keepalive.ts";
import { authorization, percentEncode, sha256Hex } from "./sign-v3.ts";
import { toWire, type WireParameters } from "./wire.ts";

/** The API version all operations belong to. */
export const API_VERSION = "2022-08-09";

export type Credentials = { accessKeyId: string; accessKeySecret: string; securityToken?: string | undefined };

export type ProviderClientOptions = Credentials & {
  /** Base URL, e.g. `https://cloudauth-intl.cn-hongkong.aliyuncs.com`. */
  endpoint: string;
  /** Connections kept open to the provider. */
  connections?: number;
  /** Longest wait for an answer, per operation, in milliseconds. */
  timeoutMs?: Partial<Record<Operation, number>>;
  now?: () => Date;
};

/** One signed client per route. It never repeats a call by itself: whether to ask again is the caller's decision. */
export type ProviderClient = {
  initialize(request: z.input<typeof InitializeRequest>): Promise<Answer<InitializeResult>>;
  checkResult(request: CheckResultRequest): Promise<Answer<CheckResultAnswer>>;
  checkVerifyLog(request: CheckVerifyLogRequest): Promise<Answer<CheckVerifyLogAnswer>>;
  /** Billed per call, and not idempotent: a lost answer may have been paid for. */
  faceDuplicationCheck(request: FaceDuplicationCheckRequest): Promise<Answer<FaceDuplicationCheckAnswer>>;
  deleteVerifyResult(request: DeleteVerifyResultRequest): Promise<Answer<DeleteVerifyResultAnswer>>;
  /** Costs nothing: keeps connections warm, and tells whether endpoint and credentials are good. */
  keepalive(): Promise<Answer<KeepaliveAnswer>>;
  close(): Promise<void>;
};

/** Where each operation's parameters belong, and how long its answer may take (provider notes, section 2.2). */
const OPERATIONS = {
  Initialize: { inBody: (name: string) => name === "FacePictureBase64", timeoutMs: 10_000 },
  CheckResult: { inBody: () => false, timeoutMs: 10_000 },
  CheckVerifyLog: { inBody: () => true, timeoutMs: 10_000 },
  FaceDuplicationCheckIntl: { inBody: (name: string) => name !== "ProductCode", timeoutMs: 20_000 },
  DeleteVerifyResult: { inBody: () => false, timeoutMs: 10_000 },
  KeepaliveIntl: { inBody: () => false, timeoutMs: 5_000 },
} as const;

export type Operation = keyof typeof OPERATIONS;

export function createProviderClient(options: ProviderClientOptions): ProviderClient {
  const { origin, host } = new URL(options.endpoint);
  const pool = new Pool(origin, { connections: options.connections ?? 64, pipelining: 1 });
  const now = options.now ?? (() => new Date());

  async function call<T>(operation: Operation, parameters: WireParameters, result: z.ZodType<T>): Promise<Answer<T>> {
    const { path, headers, body } = sign(operation, parameters, host, options, now());
    const limit = options.timeoutMs?.[operation] ?? OPERATIONS[operation].timeoutMs;
    try {
      const signal = AbortSignal.timeout(limit);
      const response = await pool.request({ method: "POST", path, headers, body, signal });
      const retryAfterMs = readRetryAfter(response.headers["x-acs-retry-after"]);
      return readAnswer(response.statusCode, retryAfterMs, await response.body.text(), result);
    } catch (error) {
      return readFailure(error, limit);
    }
  }

  return {
    initialize: (request) => call("Initialize", toWire(InitializeRequest.parse(request)), InitializeResult),
    checkResult: (request) => call("CheckResult", toWire(CheckResultRequest.parse(request)), CheckResultAnswer),
    checkVerifyLog: (request) =>
      call("CheckVerifyLog", toWire(CheckVerifyLogRequest.parse(request)), CheckVerifyLogAnswer),
    faceDuplicationCheck: (request) =>
      call("FaceDuplicationCheckIntl", toWire(FaceDuplicationCheckRequest.parse(request)), FaceDuplicationCheckAnswer),
    deleteVerifyResult: (request) =>
      call("DeleteVerifyResult", toWire(DeleteVerifyResultRequest.parse(request)), DeleteVerifyResultAnswer),
    keepalive: () => call("KeepaliveIntl", {}, KeepaliveAnswer),
    close: () => pool.close(),
  };
}

function sign(operation: Operation, parameters: WireParameters, host: string, key: Credentials, now: Date) {
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

/** Milliseconds, as the vendor's SDK reads this header; whether the service sends it is not documented. */
function readRetryAfter(header: string | string[] | undefined): number | null {
  const value = Number(Array.isArray(header) ? header[0] : header);
  return Number.isFinite(value) && value > 0 ? value : null;
}

function readFailure(error: unknown, limitMs: number): Answer<never> {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return failed(null, "Timeout", `No answer within ${limitMs} ms.`, true);
  }
  if (error instanceof errors.ConnectTimeoutError) return failed(null, "ConnectionFailed", "Could not connect.", false);
  const refused = error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
  if (refused) return failed(null, "ConnectionFailed", "The connection was refused.", false);
  return failed(null, "ConnectionFailed", "The connection broke before an answer was complete.", true);
}

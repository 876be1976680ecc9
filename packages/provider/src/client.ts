import { errors, Pool } from "undici";
import type { z } from "zod";
import { type Answer, failed, readAnswer } from "./answer.ts";
import { CheckResultAnswer, CheckResultRequest } from "./check-result.ts";
import { CheckVerifyLogAnswer, CheckVerifyLogRequest } from "./check-verify-log.ts";
import { DeleteFaceRecordAnswer, DeleteFaceRecordRequest } from "./delete-face-record.ts";
import { DeleteVerifyResultAnswer, DeleteVerifyResultRequest } from "./delete-verify-result.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { FaceDuplicationCheckAnswer, FaceDuplicationCheckRequest } from "./face-duplication-check.ts";
import { InitializeRequest, InitializeResult } from "./initialize.ts";
import { KeepaliveAnswer } from "./keepalive.ts";
import { readRetryAfter } from "./retry-after.ts";
import { type Credentials, OPERATIONS, type Operation, signCall } from "./sign-call.ts";
import { toWire, type WireParameters } from "./wire.ts";

export type ProviderClientOptions = Credentials & {
  /** Base URL, e.g. `https://cloudauth-intl.cn-hongkong.aliyuncs.com`; `endpointOf` knows them. */
  endpoint: string;
  /** Connections kept open to the provider. */
  connections?: number;
  /** Longest time for a call, in milliseconds, per operation: from the wait for a connection to the answer's last byte. */
  timeoutMs?: Partial<Record<Operation, number>>;
  /** Longest wait for a connection. Shorter than any call, so that a dead address is told from a lost answer. */
  connectTimeoutMs?: number;
  /** Largest answer that is read, in bytes. Pictures may be in it. */
  answerBytesMax?: number;
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
  deleteFaceRecord(request: DeleteFaceRecordRequest): Promise<Answer<DeleteFaceRecordAnswer>>;
  /** Costs nothing: keeps connections warm, and tells whether endpoint and credentials are good. */
  keepalive(): Promise<Answer<KeepaliveAnswer>>;
  /** Waits for the calls that run. May be called again. */
  /** Lets calls under way finish for so long (2 s), then cuts them off: a provider that hangs must not hold up a stop. */
  close(patienceMs?: number): Promise<void>;
};

/** Opens a client. Throws when the credentials hold what no header can carry; a request that breaks its schema rejects. */
export function createProviderClient(options: ProviderClientOptions): ProviderClient {
  refuseUnsendable(options);
  const { origin, host } = new URL(options.endpoint);
  const pool = new Pool(origin, {
    connections: options.connections ?? 64,
    pipelining: 1,
    // The vendor advises a keep-alive call every 5 seconds (provider notes, section 8): idle connections must outlive that.
    keepAliveTimeout: 10_000,
    connect: { timeout: options.connectTimeoutMs ?? 3_000 },
    // Over HTTP/2 undici may send a call again that a connection dropped; it must never do that.
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const now = options.now ?? (() => new Date());
  let closing: Promise<void> | null = null;
  const answerBytesMax = options.answerBytesMax ?? 8 * 1024 * 1024;

  async function call<T>(operation: Operation, parameters: WireParameters, result: z.ZodType<T>): Promise<Answer<T>> {
    const timeoutMs = options.timeoutMs?.[operation] ?? OPERATIONS[operation].timeoutMs;
    const signed = signCall(operation, parameters, host, options, now());
    const ending = await exchange(pool, signed, { timeoutMs, answerBytesMax });
    if (ending.kind !== "answered") return readFailure(ending, timeoutMs, answerBytesMax);
    return readAnswer(ending.httpStatus, readRetryAfter(ending.headers), ending.body, result);
  }

  return {
    initialize: async (request) => call("Initialize", toWire(InitializeRequest.parse(request)), InitializeResult),
    checkResult: async (request) => call("CheckResult", toWire(CheckResultRequest.parse(request)), CheckResultAnswer),
    checkVerifyLog: async (request) =>
      call("CheckVerifyLog", toWire(CheckVerifyLogRequest.parse(request)), CheckVerifyLogAnswer),
    faceDuplicationCheck: async (request) =>
      call("FaceDuplicationCheckIntl", toWire(FaceDuplicationCheckRequest.parse(request)), FaceDuplicationCheckAnswer),
    deleteVerifyResult: async (request) =>
      call("DeleteVerifyResult", toWire(DeleteVerifyResultRequest.parse(request)), DeleteVerifyResultAnswer),
    deleteFaceRecord: async (request) =>
      call("DeleteFaceRecordV2", toWire(DeleteFaceRecordRequest.parse(request)), DeleteFaceRecordAnswer),
    keepalive: async () => call("KeepaliveIntl", {}, KeepaliveAnswer),
    close: (patienceMs = 2_000) => {
      closing ??= closeWithin(pool, patienceMs);
      return closing;
    },
  };
}

async function closeWithin(pool: Pool, patienceMs: number): Promise<void> {
  const cut = setTimeout(() => pool.destroy(), patienceMs);
  try {
    await pool.close();
  } catch (error) {
    // Cut off: what was under way has been told so.
    if (!(error instanceof errors.ClientDestroyedError)) throw error;
  } finally {
    clearTimeout(cut);
  }
}

/** A line break from a secrets file would make every call fail, each with a fault that looks like the network's. */
function refuseUnsendable(key: Credentials): void {
  const sendable = /^[\x21-\x7e]*$/;
  if (!sendable.test(key.accessKeyId)) throw new Error("The access key id holds a space, a line break or no ASCII.");
  if (!sendable.test(key.securityToken ?? "")) throw new Error("The security token holds what no header can carry.");
}

function readFailure(
  ending: Exclude<Exchange, { kind: "answered" }>,
  timeoutMs: number,
  answerBytesMax: number,
): Answer<never> {
  switch (ending.kind) {
    case "timed_out":
      return failed(null, "Timeout", `No complete answer within ${timeoutMs} ms.`, ending.sent);
    case "too_large":
      return failed(ending.httpStatus, "TooLarge", `The answer was larger than ${answerBytesMax} bytes.`, true);
    case "broken":
      return ending.sent
        ? failed(null, "ConnectionFailed", "The connection broke before an answer was complete.", true)
        : failed(null, "ConnectionFailed", "No connection could be made.", false);
  }
}

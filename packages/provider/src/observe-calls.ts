import type { Answer } from "./answer.ts";
import type { ProviderClient } from "./client.ts";
import type { AnswerClass } from "./codes.ts";
import { OPERATIONS, type Operation } from "./sign-call.ts";

/** Every operation a client calls. */
export const OPERATION_NAMES = Object.keys(OPERATIONS) as Operation[];

/** A call that is over. Nothing in it is personal. */
export type MadeCall = {
  operation: Operation;
  /** Where the request names one. */
  product: string | null;
  transactionId: string | null;
  answer: AnswerClass;
  code: string;
  httpStatus: number | null;
  begunAt: Date;
  durationMs: number;
};

/** Where a client's methods differ from their operations in name. */
const METHODS = {
  initialize: "Initialize",
  checkResult: "CheckResult",
  checkVerifyLog: "CheckVerifyLog",
  faceDuplicationCheck: "FaceDuplicationCheckIntl",
  deleteVerifyResult: "DeleteVerifyResult",
  deleteFaceRecord: "DeleteFaceRecordV2",
  keepalive: "KeepaliveIntl",
} as const satisfies Record<Exclude<keyof ProviderClient, "close">, Operation>;

/** The same client; `hear` is told of each call when it is over, before whoever made it. A request that broke its schema was no call. */
export function observeCalls(client: ProviderClient, hear: (call: MadeCall) => void): ProviderClient {
  const observed = Object.entries(METHODS).map(([method, operation]) => {
    const ask = client[method as keyof typeof METHODS] as (request?: object) => Promise<Answer<unknown>>;
    const heard = async (request?: object) => {
      const begunAt = new Date();
      const clock = performance.now();
      const answered = await ask(request);
      const { kind: answer, code, httpStatus } = answered;
      hear({
        ...{ operation, answer, code, httpStatus, begunAt },
        durationMs: performance.now() - clock,
        product: textIn(request, "productCode"),
        transactionId: textIn(request, "transactionId"),
      });
      return answered;
    };
    return [method, heard];
  });
  return { ...client, ...Object.fromEntries(observed) };
}

function textIn(request: object | undefined, name: string): string | null {
  const value: unknown = request && Object.hasOwn(request, name) ? Reflect.get(request, name) : null;
  return typeof value === "string" ? value : null;
}

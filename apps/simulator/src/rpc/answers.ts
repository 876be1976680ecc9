import { randomUUID } from "node:crypto";

/** What the provider says to one call, before it is written as HTTP. */
export type RpcAnswer = {
  httpStatus: number;
  code: string;
  message: string;
  result?: Readonly<Record<string, unknown>>;
  /** Sent as `x-acs-retry-after`. */
  retryAfterMs?: number | null;
};

/** The HTTP status of each code (provider notes, section 2.5). 401 is about pictures, 404 also means "not finished yet". */
export const STATUS = {
  MissingParameter: 400,
  InvalidParameter: 400,
  TransactionIdInvalid: 400,
  IncompleteSignature: 400,
  SignatureDoesNotMatch: 400,
  SignatureNonceUsed: 400,
  InvalidSignatureMethod: 400,
  "InvalidTimeStamp.Format": 400,
  "InvalidTimeStamp.Expired": 400,
  "InvalidAccessKeyId.Inactive": 400,
  "InvalidParameter.Format": 400,
  InvalidVersion: 400,
  MissingAccessKeyId: 400,
  MissingSignatureNonce: 400,
  MissingTimestamp: 400,
  UnsupportedHTTPMethod: 400,
  NoFaceDetected: 401,
  UnqualifiedPhoto: 401,
  ToolargeImage: 401,
  DataDuplication: 401,
  DownloadTimeout: 401,
  "Forbidden.ExceptionRepeatedInvoke": 401,
  "Forbidden.RAMUserAccessDenied": 403,
  "Forbidden.AccountAccessDenied": 403,
  NoPermission: 403,
  "Throttling.Api": 403,
  "Throttling.User": 400,
  Throttling: 400,
  "Throttling.Api.Concurrency": 400,
  ProcessNotCompleted: 404,
  "InvalidAccessKeyId.NotFound": 404,
  "InvalidApi.NotFound": 404,
  "InvalidProduct.NotFound": 404,
  "InvalidProtocol.NeedSsl": 404,
  SuspiciousActivity: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
} as const;

export type ErrorCode = keyof typeof STATUS;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(STATUS, code);

export const refusal = (code: ErrorCode, message: string): RpcAnswer => ({ httpStatus: STATUS[code], code, message });

/** `result` in the wire's spelling. A few operations spell success `200` (provider notes, section 2.5). */
export const success = (result: Readonly<Record<string, unknown>>, code: "Success" | "200" = "Success"): RpcAnswer => ({
  httpStatus: 200,
  code,
  message: "success",
  result,
});

const HOST_ID = "cloudauth-intl.cn-hongkong.aliyuncs.com";

/** Writes an answer the way the provider does. Every one has a request id of its own. */
export function toResponse({ httpStatus, code, message, result, retryAfterMs }: RpcAnswer): Response {
  const requestId = randomUUID().toUpperCase();
  const help = `https://api.alibabacloud.com/troubleshoot?q=${code}&product=Cloudauth-intl&requestId=${requestId}`;
  const body = result
    ? { RequestId: requestId, Code: code, Message: message, Result: result }
    : { RequestId: requestId, HostId: HOST_ID, Code: code, Message: message, Recommend: help };
  const headers = {
    "Content-Type": "application/json;charset=utf-8",
    "x-acs-request-id": requestId,
    ...(typeof retryAfterMs === "number" && { "x-acs-retry-after": String(retryAfterMs) }),
  };
  return new Response(JSON.stringify(body), { status: httpStatus, headers });
}

/** What a proxy in front of the provider says when nobody behind it does. */
export const gatewayPage = (status: 502 | 504, title: string): Response =>
  new Response(
    `<html><head><title>${status} ${title}</title></head><body><h1>${status} ${title}</h1></body></html>\n`,
    { status, headers: { "Content-Type": "text/html" } },
  );

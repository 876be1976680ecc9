import { randomUUID } from "node:crypto";

/** What the provider says to one call, before it is written as HTTP. */
export type RpcAnswer = {
  httpStatus: number;
  code: string;
  message: string;
  result?: Readonly<Record<string, unknown>>;
};

/** The HTTP status of each code (provider notes, section 2.5). 401 is about pictures, 404 also means "not finished yet". */
const STATUS = {
  MissingParameter: 400,
  InvalidParameter: 400,
  TransactionIdInvalid: 400,
  IncompleteSignature: 400,
  SignatureDoesNotMatch: 400,
  SignatureNonceUsed: 400,
  "InvalidTimeStamp.Format": 400,
  "InvalidTimeStamp.Expired": 400,
  InvalidVersion: 400,
  UnsupportedHTTPMethod: 400,
  DataDuplication: 401,
  "Throttling.Api": 403,
  ProcessNotCompleted: 404,
  "InvalidAccessKeyId.NotFound": 404,
  "InvalidApi.NotFound": 404,
  RequestEntityTooLarge: 413,
  InternalError: 500,
  ServiceUnavailable: 503,
} as const;

export type ErrorCode = keyof typeof STATUS;

export const refusal = (code: ErrorCode, message: string): RpcAnswer => ({ httpStatus: STATUS[code], code, message });

/** `result` in the wire's spelling. */
export const success = (result: Readonly<Record<string, unknown>>): RpcAnswer => ({
  httpStatus: 200,
  code: "Success",
  message: "success",
  result,
});

const HOST_ID = "cloudauth-intl.cn-hongkong.aliyuncs.com";

/** Writes an answer the way the provider does. Every one has a request id of its own. */
export function toResponse({ httpStatus, code, message, result }: RpcAnswer): Response {
  const requestId = randomUUID().toUpperCase();
  const help = `https://api.alibabacloud.com/troubleshoot?q=${code}&product=Cloudauth-intl&requestId=${requestId}`;
  const body = result
    ? { RequestId: requestId, Code: code, Message: message, Result: result }
    : { RequestId: requestId, HostId: HOST_ID, Code: code, Message: message, Recommend: help };
  const headers = { "Content-Type": "application/json;charset=utf-8", "x-acs-request-id": requestId };
  return new Response(JSON.stringify(body), { status: httpStatus, headers });
}

/** What a proxy in front of the provider says when nobody behind it does. */
export const gatewayPage = (status: 502 | 504, title: string): Response =>
  new Response(
    `<html><head><title>${status} ${title}</title></head><body><h1>${status} ${title}</h1></body></html>\n`,
    {
      status,
      headers: { "Content-Type": "text/html" },
    },
  );

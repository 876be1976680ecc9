import { describe, expect, test } from "vitest";
import { type AnswerClass, classify } from "../src/codes.ts";

describe("codes of the products, the complete public table", () => {
  test.each<[number, string, AnswerClass]>([
    [200, "Success", "ok"],
    [400, "MissingParameter", "permanent"],
    [400, "InvalidParameter", "permanent"],
    [400, "TransactionIdInvalid", "permanent"],
    [401, "NoFaceDetected", "permanent"],
    [401, "UnqualifiedPhoto", "permanent"],
    [401, "ToolargeImage", "permanent"],
    [401, "DataDuplication", "permanent"],
    [401, "DownloadTimeout", "transient"],
    [401, "Forbidden.ExceptionRepeatedInvoke", "throttled"],
    [403, "Forbidden.RAMUserAccessDenied", "configuration"],
    [403, "Forbidden.AccountAccessDenied", "configuration"],
    [403, "Throttling.Api", "throttled"],
    [404, "ProcessNotCompleted", "pending"],
    [429, "SuspiciousActivity", "throttled"],
    [500, "InternalError", "transient"],
    [503, "ServiceUnavailable", "transient"],
  ])("%i %s is %s", (status, code, meaning) => {
    expect(classify(status, code)).toBe(meaning);
  });
});

describe("codes of the gateway", () => {
  test.each<[number, string, AnswerClass]>([
    [400, "SignatureDoesNotMatch", "configuration"],
    [403, "SignatureDoesNotMatch", "configuration"],
    [400, "IncompleteSignature", "configuration"],
    [404, "InvalidAccessKeyId.NotFound", "configuration"],
    [400, "InvalidAccessKeyId.Inactive", "configuration"],
    [400, "InvalidSecurityToken.Expired", "configuration"],
    [400, "InvalidTimeStamp.Format", "configuration"],
    [400, "InvalidTimeStamp.Expired", "configuration"],
    [400, "InvalidSignatureMethod", "configuration"],
    [400, "SignatureNonceUsed", "transient"],
    [404, "InvalidApi.NotFound", "configuration"],
    [404, "InvalidAction.NotFound", "configuration"],
    [404, "InvalidProduct.NotFound", "configuration"],
    [404, "InvalidProtocol.NeedSsl", "configuration"],
    [404, "InvalidVersion", "configuration"],
    [400, "MissingMerchantBizId", "permanent"],
    [400, "MissingTransactionId", "permanent"],
    [400, "UnsupportedHTTPMethod", "configuration"],
    [400, "InvalidParameter.Format", "permanent"],
    [403, "NoPermission", "configuration"],
    [403, "Forbidden", "configuration"],
    [403, "Forbidden.Unknown", "configuration"],
  ])("%i %s is %s", (status, code, meaning) => {
    expect(classify(status, code)).toBe(meaning);
  });
});

describe("throttling goes by its code, whatever the status", () => {
  const codes = ["Throttling", "Throttling.Api", "Throttling.User", "Throttling.Api.Concurrency"];
  test.each([200, 400, 403, 429, 503].flatMap((status) => codes.map((code) => [status, code] as const)))(
    "%i %s",
    (status, code) => {
      expect(classify(status, code)).toBe("throttled");
    },
  );
});

describe("success is spelled in two ways, and nothing else is success", () => {
  test.each<[number, string, AnswerClass]>([
    [200, "Success", "ok"],
    [200, "200", "ok"],
    [200, "success", "unknown"],
    [200, "OK", "unknown"],
    [200, "", "unknown"],
    [200, "Success.Partly", "unknown"],
    [200, "2000", "unknown"],
  ])("%i %j is %s", (status, code, meaning) => {
    expect(classify(status, code)).toBe(meaning);
  });
});

describe("the status counts only for codes nobody has documented", () => {
  test.each<[number, string, AnswerClass]>([
    [200, "ProcessNotCompleted", "pending"],
    [500, "ProcessNotCompleted", "pending"],
    [200, "InternalError", "transient"],
    [500, "InvalidParameter", "permanent"],
    [503, "Forbidden.RAMUserAccessDenied", "configuration"],
    [200, "BrandNewCode", "unknown"],
    [400, "BrandNewCode", "unknown"],
    [499, "BrandNewCode", "unknown"],
    [500, "BrandNewCode", "transient"],
    [502, "", "transient"],
    [400, "constructor", "unknown"],
    [400, "__proto__", "unknown"],
  ])("%i %j is %s", (status, code, meaning) => {
    expect(classify(status, code)).toBe(meaning);
  });
});

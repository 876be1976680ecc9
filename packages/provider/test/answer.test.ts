import { describe, expect, test } from "vitest";
import { readAnswer } from "../src/answer.ts";
import { CheckResultAnswer } from "../src/check-result.ts";
import { CheckVerifyLogAnswer } from "../src/check-verify-log.ts";
import { InitializeResult } from "../src/initialize.ts";

const REQUEST = "8FC3D6AC-9FED-4311-8DA7-C4BF47D9F260";

const read = (body: string, httpStatus = 200) => readAnswer(httpStatus, null, body, CheckResultAnswer);
const json = (value: unknown): string => JSON.stringify(value);

const facts = { httpStatus: 200, code: "Success", message: "success", requestId: REQUEST };
const good = { RequestId: REQUEST, Code: "Success", Message: "success", Result: { Passed: "Y", SubCode: "200" } };

describe("answers that say something", () => {
  test("a good answer is read with its names in camelCase", () => {
    expect(read(json(good))).toEqual({ ...facts, kind: "ok", result: { passed: "Y", subCode: "200" } });
  });

  test.each(["Success", "200", 200])("Code %j is success", (Code) => {
    expect(read(json({ ...good, Code }))).toMatchObject({ kind: "ok", code: String(Code), result: { passed: "Y" } });
  });

  test("names in lower case are read alike", () => {
    const body = { requestId: REQUEST, code: "Success", message: "success", result: { passed: "Y", subCode: "200" } };
    expect(read(json(body))).toEqual({ ...facts, kind: "ok", result: { passed: "Y", subCode: "200" } });
  });

  test("fields nobody has documented yet are kept in the result and dropped from the envelope", () => {
    const body = { ...good, HostId: "x", Result: { ...good.Result, ExtNew: "{}", ExtFaceInfo: '{"faceAge":30}' } };
    expect(read(json(body))).toEqual({
      ...facts,
      kind: "ok",
      result: { passed: "Y", subCode: "200", extNew: "{}", extFaceInfo: '{"faceAge":30}' },
    });
  });

  test("a sub-code sent as a number becomes text", () => {
    expect(read(json({ ...good, Result: { Passed: "N", SubCode: 205 } }))).toMatchObject({
      result: { passed: "N", subCode: "205" },
    });
  });

  test("the verdict is passed on as it was spelled, final or not", () => {
    for (const Passed of ["Y", "N", "P", "y", ""]) {
      expect(read(json({ ...good, Result: { Passed } }))).toMatchObject({ kind: "ok", result: { passed: Passed } });
    }
  });

  test.each<[string, unknown]>([
    ["absent", undefined],
    ["null", null],
    ["empty", {}],
    ["a list", []],
    ["JSON inside text", '{"Passed":"Y"}'],
  ])("a successful query whose result is %s tells no verdict", (_what, Result) => {
    expect(read(json({ ...good, Result }))).toEqual({ ...facts, kind: "ok", result: {} });
  });

  test("what is absent may be spelled null", () => {
    const verdict = read(json({ ...good, Result: { Passed: null, SubCode: null } }));
    expect(verdict).toMatchObject({ kind: "ok", result: { passed: null, subCode: null } });
    const initialized = { ...good, Result: { TransactionId: "hks1", Protocol: null, TransactionUrl: null } };
    expect(readAnswer(200, null, json(initialized), InitializeResult)).toMatchObject({
      kind: "ok",
      result: { transactionId: "hks1", protocol: null },
    });
    const log = { VerifyStatus: "2", Passed: null, SubCode: null, VerifyErrorCode: null, InterruptPageEn: null };
    expect(readAnswer(200, null, json({ ...good, Result: log }), CheckVerifyLogAnswer)).toMatchObject({
      kind: "ok",
      result: { verifyStatus: "2", verifyErrorCode: null },
    });
  });

  test("a message or request id of another type is no reason to lose an answer", () => {
    expect(read(json({ ...good, Message: 7, RequestId: 7 }))).toMatchObject({
      kind: "ok",
      message: "",
      requestId: null,
    });
    expect(read(json({ Code: "Success", Result: { Passed: "N" } }))).toMatchObject({
      kind: "ok",
      message: "",
      requestId: null,
    });
  });
});

describe("refusals", () => {
  const refusal = (Code: string) =>
    json({ RequestId: REQUEST, HostId: "h", Code, Message: "…", Recommend: "https://x" });

  test.each([
    [404, "ProcessNotCompleted", { kind: "pending" }],
    [200, "ProcessNotCompleted", { kind: "pending" }],
    [400, "InvalidParameter", { kind: "permanent" }],
    [200, "InvalidParameter", { kind: "permanent" }],
    [403, "Forbidden.RAMUserAccessDenied", { kind: "configuration" }],
    [400, "BrandNewCode", { kind: "unknown" }],
    [500, "InternalError", { kind: "transient", lost: false }],
  ])("%i with code %s is read by its code", (status, code, meaning) => {
    expect(read(refusal(code), status)).toEqual({
      httpStatus: status,
      code,
      message: "…",
      requestId: REQUEST,
      ...meaning,
    });
  });

  test.each([null, 1_500])("a plea to slow down carries the pause it asks for: %s", (retryAfterMs) => {
    expect(readAnswer(403, retryAfterMs, refusal("Throttling.Api"), CheckResultAnswer)).toMatchObject({
      kind: "throttled",
      retryAfterMs,
    });
  });

  test("a verdict beside a refusal is not read", () => {
    const answer = read(json({ ...good, Code: "ProcessNotCompleted" }));
    expect(answer.kind).toBe("pending");
    expect(answer).not.toHaveProperty("result");
  });
});

describe("no answer to speak of", () => {
  test.each<[string, number, string]>([
    ["a proxy's page", 502, "<html><body><h1>502 Bad Gateway</h1></body></html>"],
    ["a captive portal", 200, "<html>captive portal</html>"],
    ["nothing", 200, ""],
    ["no content", 204, ""],
    ["a space", 200, " "],
    ["half a JSON", 200, json(good).slice(0, -1)],
    ["null", 200, "null"],
    ["a number", 200, "7"],
    ["a text", 200, '"Success"'],
    ["a list", 200, "[]"],
    ["an empty object", 200, "{}"],
    ["no code", 200, json({ ...good, Code: undefined })],
    ["a code that is null", 200, json({ ...good, Code: null })],
    ["a code that is true", 200, json({ ...good, Code: true })],
    ["a code that is an object", 200, json({ ...good, Code: { value: "Success" } })],
    ["XML", 400, "<Error><Code>Throttling.Api</Code></Error>"],
    ["brackets without end", 200, "[".repeat(200_000)],
  ])("%s (%i) is transient, and the provider may have acted", (_what, httpStatus, body) => {
    expect(read(body, httpStatus)).toEqual({
      kind: "transient",
      lost: true,
      httpStatus,
      code: "NotJson",
      message: "The answer was not the documented JSON.",
      requestId: null,
    });
  });
});

describe("a success that cannot be read", () => {
  test.each<[string, unknown]>([
    ["a verdict that is no text", { Passed: true }],
    ["a verdict that is an object", { Passed: { value: "Y" } }],
    ["a sub-code that is a list", { Passed: "Y", SubCode: ["200"] }],
  ])("%s is not taken for a verdict", (_what, Result) => {
    const answer = read(json({ ...good, Result }));
    expect(answer).toMatchObject({ kind: "unknown", code: "UnexpectedAnswer", httpStatus: 200, requestId: REQUEST });
    expect(answer).not.toHaveProperty("result");
  });

  test("an Initialize that names no transaction is not taken for a session", () => {
    for (const Result of [{}, { TransactionId: "" }, { TransactionId: "x".repeat(65) }, { TransactionId: 7 }]) {
      expect(readAnswer(200, null, json({ ...good, Result }), InitializeResult)).toMatchObject({
        kind: "unknown",
        code: "UnexpectedAnswer",
      });
    }
  });

  test("the complaint names the field and does not repeat its value", () => {
    const answer = read(json({ ...good, Result: { Passed: "Y", SubCode: { name: "Erika Mustermann" } } }));
    expect(answer.message).toContain("subCode");
    expect(answer.message).not.toContain("Mustermann");
  });
});

describe("hostile JSON", () => {
  test("a result of any depth is read", () => {
    const deep = `${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`;
    expect(read(`{"Code":"Success","Result":{"Passed":"Y","ExtInfo":${deep}}}`)).toMatchObject({ kind: "ok" });
    expect(read(`{"Code":${deep}}`).kind).toBe("transient");
  });

  test("names every object inherits bring no verdict with them", () => {
    const answer = read('{"Code":"Success","Result":{"__proto__":{"passed":"Y"},"constructor":{"passed":"Y"}}}');
    if (answer.kind !== "ok") throw new Error("the answer was not read");
    expect(answer.result.passed).toBeUndefined();
    expect(read('{"__proto__":{"code":"Success","Code":"Success"}}').kind).toBe("transient");
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe("what is recorded of an answer", () => {
  test("NUL and lone surrogates do not get through, at any depth", () => {
    const body =
      '{"Code":"Success","Message":"a\\u0000b","RequestId":"\\uDC00","Result":{"Passed":"Y","SubCode":"2\\u0000","ExtInfo":{"x\\u0000":["\\ud83d"]}}}';
    expect(read(body)).toMatchObject({
      kind: "ok",
      message: "a\ufffdb",
      requestId: "\ufffd",
      result: { subCode: "2\ufffd", extInfo: { "x\ufffd": ["\ufffd"] } },
    });
  });

  test("pairs of surrogates and escaped backslashes stay as they are", () => {
    const body = '{"Code":"Success","Message":"\\uD83D\\uDE42 \\\\u0000 \\u0000","Result":{}}';
    expect(read(body)).toMatchObject({ message: "🙂 \\u0000 \ufffd" });
  });

  test("a message is cut short, and what it echoes of a picture or a signature is cut out", () => {
    const picture = "/9j/4AAQSkZJRgABAQ".repeat(40);
    const Message = `FacePictureBase64=${encodeURIComponent(picture)} is invalid. ${"word ".repeat(200)}`;
    const { message } = read(json({ Code: "InvalidParameter", Message }), 400);
    expect(message.length).toBeLessThanOrEqual(300);
    expect(message).toMatch(/^\[…\] is invalid\. word/);
    expect(message).not.toContain("4AAQ");
  });

  test("ids are short enough to stay in a message", () => {
    const Message = `request ${REQUEST}, transaction hksb7ba1b28130d24e015d694361bee4 is invalid`;
    expect(read(json({ Code: "TransactionIdInvalid", Message }), 400).message).toBe(Message);
  });

  test("a code and a request id of any length are cut short", () => {
    const long = "Strange. ".repeat(1_000);
    const answer = read(json({ Code: long, RequestId: long }), 400);
    expect([answer.kind, answer.code.length, answer.requestId?.length]).toEqual(["unknown", 100, 100]);
  });

  test("of names that come twice the last counts, and the documented spelling before any other", () => {
    expect(read('{"Code":"Success","Code":"InternalError","Result":{"Passed":"Y"}}').kind).toBe("transient");
    expect(read('{"Code":"Success","code":"InternalError","Result":{"Passed":"N","passed":"Y"}}')).toMatchObject({
      kind: "ok",
      result: { passed: "N" },
    });
  });
});

describe("what is in between", () => {
  test.each([302, 400, 404])("success under status %i is not believed", (httpStatus) => {
    expect(read(json(good), httpStatus)).toMatchObject({ kind: "unknown", code: "Success" });
  });

  test.each([
    [503, "ServiceUnavailable", false],
    [401, "DownloadTimeout", false],
    [504, "GatewayTimeout", true],
    [400, "SignatureNonceUsed", true],
    [500, "Success", true],
  ])("whether the provider may have acted, by status %i and code %s: %s", (httpStatus, Code, lost) => {
    expect(read(json({ ...good, Code }), httpStatus)).toMatchObject({ kind: "transient", lost });
  });
});

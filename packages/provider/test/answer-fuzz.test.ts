import fc from "fast-check";
import { expect, test } from "vitest";
import type { z } from "zod";
import { type Answer, readAnswer } from "../src/answer.ts";
import { CheckResultAnswer } from "../src/check-result.ts";
import { FaceDuplicationCheckAnswer } from "../src/face-duplication-check.ts";
import { InitializeResult } from "../src/initialize.ts";
import { RETURN_CODES } from "../src/return-codes.ts";

const KINDS = new Set<Answer<unknown>["kind"]>([
  "ok",
  "pending",
  "throttled",
  "transient",
  "permanent",
  "configuration",
  "unknown",
]);

const SCHEMAS: readonly z.ZodType[] = [InitializeResult, CheckResultAnswer, FaceDuplicationCheckAnswer];

const httpStatus = fc.oneof(fc.constantFrom(200, 204, 302, 400, 401, 403, 404, 429, 500, 502), fc.integer());

/** NUL and lone surrogates can be in no text that is recorded, and nothing is long enough to be a picture or a token. */
function isRecordable(text: string | null, longest: number): boolean {
  return text === null || (text.isWellFormed() && !text.includes("\0") && text.length <= longest);
}

function judge(status: number, body: string): void {
  for (const schema of SCHEMAS) {
    const answer = readAnswer(status, null, body, schema);
    expect(KINDS.has(answer.kind)).toBe(true);
    expect(answer.httpStatus).toBe(status);
    expect(isRecordable(answer.code, 100)).toBe(true);
    expect(isRecordable(answer.message, 300)).toBe(true);
    expect(isRecordable(answer.requestId, 100)).toBe(true);
    expect("result" in answer).toBe(answer.kind === "ok");
    if (answer.kind === "ok") expect(status >= 200 && status < 300).toBe(true);
  }
}

test("raw bodies of any kind are read to a documented kind, and nothing is thrown", () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((given) => new TextDecoder().decode(given));
  const bodies = fc.oneof(
    bytes,
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.json().map((text) => text.slice(1)),
  );
  fc.assert(fc.property(httpStatus, bodies, judge), { numRuns: 500 });
});

test("envelopes with anything in any of their fields likewise", () => {
  const value = fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" }), fc.constantFrom("Y", "N", "P", "200", 205));
  const code = fc.oneof(fc.constantFrom(...RETURN_CODES.map((row) => row.code)), value);
  const result = fc.oneof(
    value,
    fc.record(
      { Passed: value, SubCode: value, TransactionId: value, FacePassed: value, FaceAge: value },
      { requiredKeys: [] },
    ),
  );
  const envelope = fc.record(
    { Code: code, code, Message: value, RequestId: value, Result: result, result },
    { requiredKeys: ["Code"] },
  );
  fc.assert(
    fc.property(httpStatus, envelope, (status, body) => judge(status, JSON.stringify(body))),
    { numRuns: 500 },
  );
});

test("an answer cut off anywhere is never taken for a verdict", () => {
  const whole = JSON.stringify({
    RequestId: "r",
    Code: "Success",
    Message: "success",
    Result: { Passed: "Y", SubCode: "200" },
  });
  for (let length = 0; length < whole.length; length++) {
    expect(readAnswer(200, null, whole.slice(0, length), CheckResultAnswer).kind).toBe("transient");
  }
});

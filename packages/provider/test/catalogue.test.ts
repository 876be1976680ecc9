import { readdirSync, readFileSync } from "node:fs";
import { PRODUCTS, SUB_CODES } from "@verdict/domain";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readAnswer } from "../src/answer.ts";
import { CheckResultAnswer } from "../src/check-result.ts";
import { CheckVerifyLogAnswer } from "../src/check-verify-log.ts";
import { classify } from "../src/codes.ts";
import { DeleteFaceRecordAnswer } from "../src/delete-face-record.ts";
import { DeleteVerifyResultAnswer } from "../src/delete-verify-result.ts";
import { FaceDuplicationCheckAnswer } from "../src/face-duplication-check.ts";
import { InitializeResult } from "../src/initialize.ts";
import { KeepaliveAnswer } from "../src/keepalive.ts";
import { readRetryAfter } from "../src/retry-after.ts";
import { RETURN_CODES } from "../src/return-codes.ts";
import type { Operation } from "../src/sign-call.ts";
import { DOCUMENTED_SUB_CODES } from "../src/sub-codes.ts";

const RESULTS: Readonly<Record<Operation, z.ZodType>> = {
  Initialize: InitializeResult,
  CheckResult: CheckResultAnswer,
  CheckVerifyLog: CheckVerifyLogAnswer,
  FaceDuplicationCheckIntl: FaceDuplicationCheckAnswer,
  DeleteVerifyResult: DeleteVerifyResultAnswer,
  DeleteFaceRecordV2: DeleteFaceRecordAnswer,
  KeepaliveIntl: KeepaliveAnswer,
};

const operations = Object.keys(RESULTS) as [Operation, ...Operation[]];

const Fixture = z.strictObject({
  operation: z.enum(operations),
  httpStatus: z.number(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.record(z.string(), z.unknown()),
});

const folder = new URL("fixtures/answers/", import.meta.url);

/** One answer a file, named by its code, or by product and sub-code. */
const fixtures = new Map(
  readdirSync(folder).map((file) => {
    const text = readFileSync(new URL(file, folder), "utf8");
    return [file.replace(/\.json$/, ""), Fixture.parse(JSON.parse(text))] as const;
  }),
);

const named = (name: string) => {
  const fixture = fixtures.get(name);
  if (!fixture) throw new Error(`no fixture is called ${name}`);
  return fixture;
};

const read = ({ operation, httpStatus, headers, body }: z.output<typeof Fixture>) =>
  readAnswer(httpStatus, readRetryAfter(headers), JSON.stringify(body), RESULTS[operation]);

const subCodeName = ({ product, subCode }: { product: string; subCode: string }) => `${product}-${subCode}`;

test("every documented code and sub-code has an answer on file, and no file lacks its documentation", () => {
  const documented = [...RETURN_CODES.map(({ code }) => code), ...DOCUMENTED_SUB_CODES.map(subCodeName)];
  expect(documented.filter((name) => !fixtures.has(name))).toEqual([]);
  expect([...fixtures.keys()].filter((name) => !documented.includes(name))).toEqual([]);
  expect(new Set(documented).size).toBe(documented.length);
});

describe("return codes", () => {
  test.each(RETURN_CODES.map((row) => [row.code, row] as const))("%s is read to its class", (code, row) => {
    const fixture = named(code);
    expect(classify(row.httpStatus, code)).toBe(row.class);
    expect(fixture.httpStatus).toBe(row.httpStatus);
    expect(read(fixture)).toMatchObject({
      kind: row.class,
      code,
      httpStatus: row.httpStatus,
      message: fixture.body.Message,
      requestId: fixture.body.RequestId,
    });
  });

  test("each says in words what it means and where it stands", () => {
    for (const { meaning, documentedAt } of RETURN_CODES) {
      expect(meaning).toMatch(/^[A-Z].*\.$/);
      expect(documentedAt).not.toEqual([]);
      for (const { source } of documentedAt) expect(source).toMatch(/^(?:seed [012]|provider notes, section \d)/);
    }
  });

  /** The tables of the three documents, row by row. */
  test.each([
    ["seed 0", 12],
    ["seed 1", 9],
    ["seed 2", 12],
  ])("the table of %s is complete with %i codes", (seed, count) => {
    const listed = RETURN_CODES.filter(({ documentedAt }) => documentedAt.some(({ source }) => source === seed));
    expect(listed).toHaveLength(count);
  });

  test("a plea to slow down carries its pause from the header", () => {
    expect(read(named("Throttling.User"))).toMatchObject({ kind: "throttled", retryAfterMs: 1_500 });
    expect(read(named("Throttling.Api"))).toMatchObject({ kind: "throttled", retryAfterMs: null });
  });
});

describe("sub-codes", () => {
  test.each(DOCUMENTED_SUB_CODES.map((row) => [subCodeName(row), row] as const))("%s is read", (name, row) => {
    expect(read(named(name))).toMatchObject({ kind: "ok", result: { subCode: row.subCode } });
  });

  test("the words are the domain's, and each of its words is used", () => {
    for (const { subCode, meaning } of DOCUMENTED_SUB_CODES) expect(meaning).toBe(SUB_CODES[subCode]);
    const used = new Set(DOCUMENTED_SUB_CODES.map(({ subCode }) => subCode));
    expect(Object.keys(SUB_CODES).filter((subCode) => !used.has(subCode))).toEqual([]);
  });

  test("every product has a code for passing", () => {
    const passing = DOCUMENTED_SUB_CODES.filter(({ subCode }) => subCode === "200").map(({ product }) => product);
    expect(passing.sort()).toEqual([...PRODUCTS].sort());
  });
});

test("no answer on file holds anything that could be a person's", () => {
  for (const { body } of fixtures.values()) {
    expect(JSON.stringify(body)).not.toMatch(/faceImg|idNumber|passportNo|birthDate|[\w.]+@[\w.]+|[\w+/=]{41,}/i);
  }
});

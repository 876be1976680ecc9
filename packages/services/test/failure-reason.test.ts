import { listReceiptBatches } from "@verdict/db";
import { createTestDatabase } from "@verdict/testkit";
import { expect, test } from "vitest";
import { failureReason } from "../src/failure-reason.ts";

const issues =
  '[{"code":"invalid_format","path":["receiptIds",0],"message":"Invalid UUID"},{"path":[],"message":"no"}]';

test.each<[string, unknown, string]>([
  ["an error of ours", new Error("A packed batch is incomplete."), "A packed batch is incomplete."],
  ["a text", "the provider forgot it", "the provider forgot it"],
  ["several lines", new Error("payload refused:\n  → at claims"), "payload refused: → at claims"],
  ["a thing that is no error", 7, "7"],
  ["nothing", new Error(""), "Error"],
  ["an empty text", "", "no reason was given"],
  [
    "what could not be parsed",
    syntaxError('{"name": "alice'),
    "Unterminated string in JSON at position 15 (line 1 column 16)",
  ],
  [
    "what could not be parsed at all",
    syntaxError("alice@example.com"),
    "Unexpected token 'a', \"…\" is not valid JSON",
  ],
  ["what a schema refused", new Error(issues), "receiptIds.0: Invalid UUID; all of it: no"],
  ["a list that is none of issues", '["alice"]', '["…"]'],
  ["an error around its cause", new Error("Failed query: x\nparams: alice", { cause: new Error("boom") }), "boom"],
  ["the text of one", "Failed query: select 1\nparams: alice,7", "Failed query: select 1"],
  ["a quote that never ends", 'it was "alice', 'it was "…"'],
])("tells why, and no value: %s", (_, error, line) => {
  expect(failureReason(error)).toBe(line);
});

function syntaxError(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

test("is never longer than 300 characters", () => {
  expect(failureReason(new Error("x".repeat(1_000)))).toBe("x".repeat(300));
});

test("of a refusal by Postgres keeps its code and the parts of the schema, not what it was given", async () => {
  const { db, drop } = await createTestDatabase();
  const refusals = [
    () => db.sql`select ${"alice"}::text::uuid`,
    () => db.sql`insert into legal_moves values ('alice', null)`,
    () => listReceiptBatches(db, ["alice"]),
  ];
  const reasons = [];
  for (const refusal of refusals) reasons.push(await refusal().then(() => "it was taken", failureReason));
  expect(reasons).toEqual([
    '22P02 invalid input syntax for type uuid: "…"',
    expect.stringMatching(/^23502 null value in column "\w+" of relation "legal_moves" violates not-null constraint$/),
    '22P02 invalid input syntax for type uuid: "…"',
  ]);
  await drop();
});

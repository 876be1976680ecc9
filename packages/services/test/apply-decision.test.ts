import type { Verification } from "@verdict/db";
import type { Decision } from "@verdict/domain";
import { describe, expect, test } from "vitest";
import { applyDecision, changeBetween } from "../src/apply-decision.ts";
import { givenRow } from "./support.ts";

const AT = new Date("2026-03-01T10:05:00.000Z");
const LATER = new Date("2026-03-01T10:07:00.000Z");
const NEW_ID = "019cb9f2-7a40-7c10-8a55-000000000001";

const grounds = { at: AT, actor: "worker", receiptId: "r-1", checkId: "c-1", newId: () => NEW_ID };

const apply = (held: Verification, decision: Decision) => applyDecision(held, decision, grounds);

/** The columns a decision has changed, with their new values. */
function changed(before: Verification, after: Verification): Partial<Verification> {
  const names = Object.keys(before) as (keyof Verification)[];
  return Object.fromEntries(names.filter((name) => before[name] !== after[name]).map((name) => [name, after[name]]));
}

describe("what a decision makes of a row", () => {
  const ended = { confirmedAt: AT, nextCheckAt: null };
  const walkAway = { progress: "interrupted", errorCode: "1006", page: "FACE" } as const;
  const initializing = { status: "initializing", transactionId: null, transactionSource: null } as const;

  test.each([
    [
      "the provider's yes",
      {},
      { kind: "advance", to: "passed", cause: "check_result", result: { passed: true, subCode: "200" } },
      { status: "passed", passed: true, subCode: "200", outcomeSource: "check_result", ...ended },
    ],
    [
      "the provider's no, without a sub-code",
      {},
      { kind: "advance", to: "failed", cause: "check_result", result: { passed: false, subCode: null } },
      { status: "failed", passed: false, outcomeSource: "check_result", ...ended },
    ],
    [
      "the provider's yes about an expired session",
      { status: "expired", outcomeSource: "verify_log", nextCheckAt: AT },
      { kind: "advance", to: "passed", cause: "check_result", result: { passed: true, subCode: "200" } },
      { status: "passed", passed: true, subCode: "200", outcomeSource: "check_result", ...ended },
    ],
    ["a callback", {}, { kind: "advance", to: "claimed", cause: "callback" }, { status: "claimed" }],
    [
      "a callback that names the transaction",
      initializing,
      { kind: "advance", to: "claimed", cause: "callback", adoptTransactionId: "hks-9" },
      { status: "claimed", transactionId: "hks-9", transactionSource: "callback" },
    ],
    [
      "the answer to Initialize",
      initializing,
      { kind: "advance", to: "awaiting", cause: "initialize_answered", adoptTransactionId: "hks-9" },
      { status: "awaiting", transactionId: "hks-9", transactionSource: "initialize" },
    ],
    [
      "a refusal of Initialize",
      initializing,
      { kind: "advance", to: "init_failed", cause: "initialize_refused" },
      { status: "init_failed", outcomeSource: "initialize", ...ended },
    ],
    [
      "silence after Initialize",
      initializing,
      { kind: "advance", to: "init_failed", cause: "initialize_unanswered" },
      { status: "init_failed", outcomeSource: "schedule", ...ended },
    ],
    [
      "a window that has lapsed",
      {},
      { kind: "advance", to: "expired", cause: "window_lapsed", walkAway },
      { status: "expired", walkAway, outcomeSource: "verify_log", ...ended },
    ],
    [
      "a result that was deleted",
      {},
      { kind: "advance", to: "unresolvable", cause: "retention_lapsed" },
      { status: "unresolvable", outcomeSource: "schedule", ...ended },
    ],
    [
      "a person",
      {},
      { kind: "advance", to: "voided", cause: "person" },
      { status: "voided", outcomeSource: "person", ...ended },
    ],
    ["a question for later", {}, { kind: "check_at", at: LATER }, { nextCheckAt: LATER }],
  ] as [string, Partial<Verification>, Decision, Partial<Verification>][])("%s", (_, held, decision, expected) => {
    const before = givenRow(held);
    const { row } = apply(before, decision);
    expect(changed(before, row)).toEqual({ version: 4, ...expected });
  });

  test.each([
    { kind: "ignore", reason: "repeat" },
    { kind: "discrepancy", type: "mutated_replay" },
    { kind: "ask_log" },
  ] as Decision[])("$kind changes nothing", (decision) => {
    const before = givenRow();
    expect(apply(before, decision).row).toBe(before);
  });

  test("the row that was given stays as it was", () => {
    const before = Object.freeze(givenRow());
    apply(before, { kind: "check_at", at: LATER });
    expect(before).toEqual(givenRow());
  });
});

describe("what is written beside it", () => {
  test("a move, with its version, its cause, its evidence and who did it", () => {
    const held = givenRow();
    expect(apply(held, { kind: "advance", to: "claimed", cause: "callback" }).transition).toEqual({
      verificationId: held.id,
      version: 4,
      from: "awaiting",
      to: "claimed",
      cause: "callback",
      receiptId: "r-1",
      checkId: "c-1",
      actor: "worker",
      at: AT,
    });
  });

  test.each([
    { kind: "discrepancy", type: "transaction_mismatch" },
    { kind: "check_at", at: LATER, discrepancy: "transaction_mismatch" },
    { kind: "advance", to: "passed", cause: "check_result", discrepancy: "transaction_mismatch" },
  ] as Decision[])("a discrepancy, when $kind brings one", (decision) => {
    const held = givenRow();
    expect(apply(held, decision).discrepancy).toEqual({
      id: NEW_ID,
      type: "transaction_mismatch",
      route: "default",
      verificationId: held.id,
      receiptId: "r-1",
      checkId: "c-1",
      openedAt: AT,
      alert: { id: NEW_ID, rule: "discrepancy.transaction_mismatch", severity: "critical" },
    });
  });

  test.each([{ kind: "check_at", at: LATER }, { kind: "ignore", reason: "agrees" }, { kind: "ask_log" }] as Decision[])(
    "nothing for $kind",
    (decision) => {
      expect(apply(givenRow(), decision)).toMatchObject({ transition: null, discrepancy: null });
    },
  );
});

describe("the change from a row as loaded to a row as decided", () => {
  test("is none when it is the same row", () => {
    const row = givenRow();
    expect(changeBetween(row, row)).toBeNull();
  });

  test("holds only while the loaded version stands, and ends one version later at least", () => {
    const loaded = givenRow();
    const claimOnly = { ...loaded, claimPassed: true };
    expect(changeBetween(loaded, claimOnly)).toMatchObject({ id: loaded.id, from: 3, version: 4, state: claimOnly });
    const twoMoves = { ...loaded, version: 5 };
    expect(changeBetween(loaded, twoMoves)).toMatchObject({ from: 3, version: 5 });
  });

  test("ends nobody's turn to ask unless told to", () => {
    const loaded = givenRow();
    expect(changeBetween(loaded, { ...loaded })?.endsAsking).toBe(false);
    expect(changeBetween(loaded, { ...loaded }, true)?.endsAsking).toBe(true);
  });
});

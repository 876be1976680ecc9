import { describe, expect, test } from "vitest";
import { DEFAULT_POLICY, decideRecheck, decideVoid, STATUSES, type Status } from "../src/index.ts";
import { givenVerification } from "./given-verification.ts";

const held = givenVerification();
const days = (count: number) => new Date(held.expiresAt.getTime() + count * 86_400_000);
const soon = new Date(held.createdAt.getTime() + 60_000);

describe("a person who wants the provider asked", () => {
  const ask = (changes: object = {}, { erased = false, now = soon } = {}) =>
    decideRecheck({ ...held, transactionId: "hks-1", ...changes }, { erased, now, policy: DEFAULT_POLICY });

  test.each(STATUSES)("has it asked at once, whether it has ended or not: %s", (status) => {
    expect(ask({ status })).toEqual({ kind: "check_at", at: soon });
  });

  test.each([
    ["erased", {}, { erased: true }],
    ["answered_at_once", { product: "FACE_IDU_MIN" }, {}],
    ["no_transaction", { transactionId: null }, {}],
    ["result_deleted", {}, { now: days(30) }],
  ] as const)("is told that there is nothing to ask: %s", (why, changes, circumstances) => {
    expect(ask(changes, circumstances)).toEqual({ kind: "refused", why });
  });

  test("may ask as long as the provider keeps its result", () => {
    const now = new Date(days(30).getTime() - 1);
    expect(ask({ status: "passed" }, { now })).toEqual({ kind: "check_at", at: now });
  });
});

describe("a person who voids", () => {
  const moves: Record<Status, string> = {
    initializing: "voided",
    awaiting: "voided",
    claimed: "voided",
    passed: "already_ended",
    failed: "already_ended",
    expired: "already_ended",
    init_failed: "already_ended",
    unresolvable: "already_ended",
    voided: "already_voided",
  };

  test.each(Object.entries(moves))("%s: %s", (status, outcome) => {
    const decision = decideVoid({ status: status as Status });
    expect(decision.kind === "advance" ? decision.to : decision.why).toBe(outcome);
  });
});

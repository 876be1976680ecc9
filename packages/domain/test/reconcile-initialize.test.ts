import { expect, test } from "vitest";
import { reconcileInitialize } from "../src/reconcile-initialize.ts";
import { canMove, STATUSES, type Status } from "../src/status.ts";
import { givenVerification, TRANSACTION } from "./given-verification.ts";

const advance = { kind: "advance", to: "awaiting", cause: "initialize_answered", adoptTransactionId: TRANSACTION };
const agrees = { kind: "ignore", reason: "agrees" };
const repeat = { kind: "ignore", reason: "repeat" };
const mismatch = { kind: "discrepancy", type: "transaction_mismatch" };
const afterEnd = { kind: "discrepancy", type: "result_after_end" };

const ANSWERS: Record<Status, { initialized: object; refused: object }> = {
  initializing: {
    initialized: advance,
    refused: { kind: "advance", to: "init_failed", cause: "initialize_refused" },
  },
  awaiting: { initialized: agrees, refused: repeat },
  claimed: { initialized: agrees, refused: mismatch },
  passed: { initialized: agrees, refused: mismatch },
  failed: { initialized: agrees, refused: mismatch },
  expired: { initialized: agrees, refused: repeat },
  init_failed: { initialized: afterEnd, refused: repeat },
  unresolvable: { initialized: afterEnd, refused: repeat },
  voided: { initialized: afterEnd, refused: repeat },
};

const given = (status: Status) =>
  givenVerification({ status, transactionId: status === "initializing" ? null : TRANSACTION });

test.each(STATUSES)("an accepted and a refused Initialize mean for %s what the table says", (status) => {
  const accepted = { kind: "initialized", transactionId: TRANSACTION } as const;
  expect(reconcileInitialize(given(status), accepted)).toEqual(ANSWERS[status].initialized);
  expect(reconcileInitialize(given(status), { kind: "refused" })).toEqual(ANSWERS[status].refused);
});

test.each(["awaiting", "claimed", "passed", "failed", "expired"] as const)(
  "an answer that names another transaction than the one on record contradicts %s",
  (status) => {
    const other = { kind: "initialized", transactionId: "hksother" } as const;
    expect(reconcileInitialize(given(status), other)).toEqual(mismatch);
  },
);

test.each(STATUSES)("no answer to Initialize moves %s illegally", (status) => {
  for (const seen of [{ kind: "initialized", transactionId: "hks1" }, { kind: "refused" }] as const) {
    const decision = reconcileInitialize(given(status), seen);
    if (decision.kind === "advance") expect(canMove(status, decision.to)).toBe(true);
  }
});

import { describe, expect, test } from "vitest";
import { reconcileSilence } from "../src/reconcile.ts";
import { type FaceCheckEvidence, reconcileFaceCheck } from "../src/reconcile-face-check.ts";
import { DEFAULT_POLICY } from "../src/schedule.ts";
import { canMove, STATUSES, type Status } from "../src/status.ts";
import { givenVerification, second } from "./given-verification.ts";

const passed: FaceCheckEvidence = { kind: "verdict", result: { passed: true, subCode: "200" } };
const duplicate: FaceCheckEvidence = { kind: "verdict", result: { passed: false, subCode: "233" } };
const given = (status: Status) => givenVerification({ product: "FACE_IDU_MIN", status, transactionId: null });

test.each([
  ["initializing", passed, "passed"],
  ["initializing", duplicate, "failed"],
  ["initializing", { kind: "lost" }, "unresolvable"],
  ["initializing", { kind: "refused" }, "init_failed"],
  ["unresolvable", passed, "passed"],
  ["unresolvable", duplicate, "failed"],
] as const)("a face check that is %s and is answered %j ends %s", (status, seen, to) => {
  expect(reconcileFaceCheck(given(status), seen)).toMatchObject({ kind: "advance", to });
});

test.each([
  ["unresolvable", { kind: "lost" }],
  ["unresolvable", { kind: "refused" }],
  ["passed", { kind: "lost" }],
  ["failed", { kind: "refused" }],
] as const)("a face check that is %s stays so, answered %j", (status, seen) => {
  expect(reconcileFaceCheck(given(status), seen)).toEqual({ kind: "ignore", reason: "repeat" });
});

test.each(["passed", "failed", "init_failed", "voided"] as const)(
  "another verdict about a %s face check is kept as a discrepancy",
  (status) => {
    expect(reconcileFaceCheck(given(status), passed)).toEqual({ kind: "discrepancy", type: "result_after_end" });
  },
);

test.each(STATUSES)("no answer moves a face check that is %s illegally", (status) => {
  for (const seen of [passed, duplicate, { kind: "lost" }, { kind: "refused" }] as const) {
    const decision = reconcileFaceCheck(given(status), seen);
    if (decision.kind === "advance") expect(canMove(status, decision.to)).toBe(true);
  }
});

describe("a face check nobody answered by its deadline", () => {
  const held = given("initializing");
  const deadline = second(1_920);

  test("may have been paid for, so its result is beyond reach", () => {
    expect(reconcileSilence(held, deadline, DEFAULT_POLICY)).toMatchObject({ to: "unresolvable" });
  });

  test("never happened, if the provider had said so", () => {
    const refused = { ...held, errorCode: "Throttling.Api" };
    expect(reconcileSilence(refused, deadline, DEFAULT_POLICY)).toMatchObject({ to: "init_failed" });
  });
});

import { expect, test } from "vitest";
import { alertOnCliff, alertOnDiscrepancy } from "../src/alerts.ts";
import { DISCREPANCIES, type Discrepancy } from "../src/evidence.ts";
import { DEFAULT_POLICY } from "../src/schedule.ts";
import { STATUSES, type Status } from "../src/status.ts";
import { givenVerification, second, TRANSACTION } from "./given-verification.ts";

const TABLE: [Discrepancy, { rule: string; severity: "critical" | "warning" }][] = [
  ["mutated_replay", { rule: "discrepancy.mutated_replay", severity: "critical" }],
  ["claim_contradicted", { rule: "discrepancy.claim_contradicted", severity: "critical" }],
  ["result_changed", { rule: "discrepancy.result_changed", severity: "critical" }],
  ["transaction_mismatch", { rule: "discrepancy.transaction_mismatch", severity: "critical" }],
  ["unknown_transaction", { rule: "discrepancy.unknown_transaction", severity: "warning" }],
  ["result_after_end", { rule: "discrepancy.result_after_end", severity: "warning" }],
];

test.each(TABLE)("%s raises an alert by its own name and weight", (type, alert) => {
  expect(alertOnDiscrepancy(type)).toEqual(alert);
});

test("the table leaves no discrepancy out", () => {
  expect(TABLE.map(([type]) => type).toSorted()).toEqual([...DISCREPANCIES].toSorted());
});

const DAY = 86_400;
/** Counted from the end of the session's window. */
const day = (days: number) => second(1_800 + days * DAY);
const claim = { passed: true, subCode: "200" };

const ON_DAY_25: Record<Status, { silent: boolean; claimed: boolean }> = {
  initializing: { silent: true, claimed: true },
  awaiting: { silent: true, claimed: true },
  claimed: { silent: true, claimed: true },
  passed: { silent: false, claimed: false },
  failed: { silent: false, claimed: false },
  expired: { silent: false, claimed: true },
  init_failed: { silent: false, claimed: false },
  unresolvable: { silent: false, claimed: false },
  voided: { silent: false, claimed: false },
};

test.each(STATUSES)("25 days after its window %s raises an alert if a result may be lost", (status) => {
  const raises = (claimed: boolean) =>
    alertOnCliff(givenVerification({ status, claim: claimed ? claim : null }), day(25), DEFAULT_POLICY) !== null;
  expect({ silent: raises(false), claimed: raises(true) }).toEqual(ON_DAY_25[status]);
});

test.each<[string, Date, boolean]>([
  ["a second before day 25", second(1_799 + 25 * DAY), false],
  ["on day 25", day(25), true],
  ["a second before day 30", second(1_799 + 30 * DAY), true],
  ["on day 30, when there is nothing left to save,", day(30), false],
])("%s a missing result raises an alert: %s, %s", (_when, now, raises) => {
  expect(alertOnCliff(givenVerification(), now, DEFAULT_POLICY) !== null).toBe(raises);
});

test("the alert says until when there is time, and nothing about anybody", () => {
  const alert = alertOnCliff(givenVerification({ claim }), day(26), DEFAULT_POLICY);
  expect(alert).toEqual({
    rule: "retention_cliff",
    severity: "critical",
    detail: "No result yet, and the provider deletes it on 2026-03-02",
  });
  expect(JSON.stringify(alert)).not.toContain(TRANSACTION);
});

import { expect, test } from "vitest";
import { alertOnDiscrepancy } from "../src/alerts.ts";
import { DISCREPANCIES, type Discrepancy } from "../src/evidence.ts";

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

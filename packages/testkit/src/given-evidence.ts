import { randomUUIDv7 } from "node:crypto";
import { closeDiscrepancy, type Db, insertReceipts, settle } from "@verdict/db";
import { alertOnDiscrepancy } from "@verdict/domain";
import { givenVerification } from "./given.ts";

const AT = new Date("2026-03-01T12:00:00.123Z");

/** One row of each kind of evidence, written as the product writes them. Their keys, by table. */
export async function givenEvidence(db: Db) {
  const held = await givenVerification(db);
  const [receiptId, checkId, discrepancyId] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
  const verificationId = held.id;
  const receipt = {
    ...{ id: receiptId, route: held.route, verificationId, transactionId: "hks-1", passed: true, subCode: "200" },
    ...{ keyId: "k1", late: false, extra: { shop: "42" }, receivedAt: AT },
  };
  await insertReceipts(db, [receipt], "postgres", AT);
  const version = held.version + 1;
  const type = "claim_contradicted" as const;
  const discrepancy = {
    ...{ id: discrepancyId, type, route: held.route, verificationId, receiptId, checkId, openedAt: AT },
    alert: { id: randomUUIDv7(), ...alertOnDiscrepancy(type) },
  };
  const check = {
    ...({ id: checkId, verificationId, transactionId: "hks-1", operation: "CheckResult", kind: "verdict" } as const),
    ...{ passed: false, subCode: "204", walkAway: null, faceCheck: null, code: "Success", httpStatus: 200 },
    ...{ requestId: "R-1", askedAt: AT, answeredAt: AT },
  };
  const move = { from: "awaiting", to: "failed", cause: "check", actor: "worker" } as const;
  await settle(
    db,
    {
      changes: [
        {
          ...{ id: verificationId, from: held.version, version, endsAsking: true },
          state: { ...held, status: "failed", passed: false, subCode: "204", outcomeSource: "check_result" },
        },
      ],
      transitions: [{ verificationId, version, ...move, receiptId, checkId, at: AT }],
      discrepancies: [discrepancy],
      checks: [check],
      receipts: [{ receiptId, verificationId }],
    },
    AT,
  );
  await closeDiscrepancy(db, discrepancyId, { by: "ann", at: AT, reason: "our own test" });
  const [action] = await db.sql<[{ id: string }]>`select id from human_actions where subject = ${discrepancyId}`;
  return {
    receipts: receiptId,
    checks: checkId,
    transitions: `${verificationId}/${version}`,
    human_actions: action.id,
  };
}

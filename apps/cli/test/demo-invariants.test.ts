import { expect, test } from "vitest";
import type { LogEntry } from "../src/demo/clients.ts";
import { checkInvariants } from "../src/demo/invariants.ts";
import type { Visit } from "../src/demo/run-visitors.ts";

const result: LogEntry = {
  seq: 1,
  at: "2026-03-01T10:00:00.000Z",
  direction: "in",
  operation: "CheckResult",
  transactionId: "hks",
  httpStatus: 200,
  code: "Success",
};

/** Somebody who passed, and what is on record about it. */
const visit = (outcome: { status: string; passed: boolean; subCode: string }): Visit => ({
  visitor: {
    index: 0,
    product: "FACE_VERIFY",
    behaviour: { kind: "finish", passed: true, subCode: "200" },
    thinkMs: 100,
  },
  truth: { kind: "finish", passed: true, subCode: "200" },
  verification: {
    id: "v",
    transactionId: "hks",
    outcome: { source: "check_result", confirmedAt: null },
    checkCount: 1,
    ...outcome,
  },
  timeline: [
    { type: "transition", at: result.at, from: "awaiting", to: outcome.status },
    { type: "check", at: result.at, kind: "verdict" },
  ],
  endedAt: new Date(result.at),
});

const right = visit({ status: "passed", passed: true, subCode: "200" });
const wrong = visit({ status: "failed", passed: false, subCode: "204" });

const broken = (one: Visit, log: LogEntry[], contradicts: boolean) =>
  checkInvariants([one], { log, contradicts }).flatMap(({ name, held }) => (held ? [] : name));

test.each<[string, Visit, LogEntry[], boolean, boolean]>([
  ["that is right holds", right, [result], false, true],
  ["that is wrong does not", wrong, [result], true, false],
  [
    "that the provider said after a first answer nobody recorded holds, if it contradicts itself",
    wrong,
    [result, result],
    true,
    true,
  ],
  [
    "that the provider said after an answer that hung holds, too",
    wrong,
    [{ ...result, code: "Hang" }, result],
    true,
    true,
  ],
  ["that is wrong after an answer nobody recorded does not, if it never does", wrong, [result, result], false, false],
])("an outcome %s", (_, one, log, contradicts, holds) => {
  expect(broken(one, log, contradicts)).toEqual(holds ? [] : ["every outcome is what the provider holds"]);
});

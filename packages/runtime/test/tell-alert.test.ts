import { expect, test } from "vitest";
import { createLogger, tellAlert } from "../src/index.ts";

const ERROR = 50;
const WARN = 40;

test.each([
  ["critical", "discrepancy.mutated_replay", ERROR],
  ["warning", "discrepancy.unknown_transaction", WARN],
] as const)("a %s alert is one line of the log, as loud as it is urgent", (severity, rule, level) => {
  const lines: string[] = [];
  const log = createLogger({ name: "worker" }, { write: (line) => void lines.push(line) });
  const alert = {
    id: "019cb9f2-7a40-7c10-8a55-000000000001",
    route: "default",
    verificationId: "019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a",
  };
  tellAlert(log)({ ...alert, rule, severity });
  const { id: alertId, ...about } = alert;
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level, msg: "alert raised", alertId, rule, ...about },
  ]);
});

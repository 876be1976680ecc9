import { expect, test } from "vitest";
import { runDrill } from "../src/drill/run-drill.ts";

const QUICK = { VERIFICATION_TTL_SECONDS: "4", EXPIRY_GRACE_SECONDS: "1", CHECK_SCHEDULE_SECONDS: "1,2" };

test("a stack that is gone comes back from a backup taken while it ran and the keys that were kept, with all it had on record", {
  timeout: 150_000,
}, async () => {
  const said: string[] = [];
  const { findings, begunSince } = await runDrill({
    how: "files",
    sessions: 5,
    more: 1,
    env: QUICK,
    say: (line) => said.push(line),
  });
  expect(findings.filter(({ holds }) => !holds)).toEqual([]);
  expect(findings.map(({ what }) => what)).toContain("the ledger is whole up to the head that was kept");
  expect(findings.map(({ what }) => what)).toContain("personal details open with the keys that were kept");
  expect(begunSince).toBeLessThanOrEqual(1);
});

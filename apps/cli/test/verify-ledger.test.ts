import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findLedgerHead } from "@verdict/db";
import { headText } from "@verdict/domain";
import { sealLedger } from "@verdict/services";
import { createTestDatabase, givenEvidence, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { givenDataDir } from "./given-stack.ts";

vi.setConfig({ testTimeout: 60_000 });

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Runs the CLI as a process. */
function verdict(args: string[], env: Record<string, string> = { DATABASE_URL: database.url }) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const options = { env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env } };
    const child = execFile(process.execPath, [MAIN, ...args], options, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out: out.trim(), err: err.trim() }),
    );
  });
}

test("a ledger is whole until somebody changes a row or cuts it off, and the exit code says so", async () => {
  const { db } = database;
  expect(await verdict(["ledger-head"])).toEqual({ code: 0, out: `0:${"0".repeat(64)}`, err: "" });

  const first = await givenEvidence(db);
  await sealLedger({ db, now: () => new Date() });
  const second = await givenEvidence(db);
  await sealLedger({ db, now: () => new Date() });
  const head = await findLedgerHead(db);
  expect(await verdict(["ledger-head"])).toEqual({ code: 0, out: headText(head), err: "" });
  const whole = { code: 0, out: `whole: 8 rows under 2 seals, head ${headText(head)}`, err: "" };
  expect(await verdict(["verify-ledger", "--head", headText(head)])).toEqual(whole);

  const tamper = (statement: string) =>
    db.sql.begin(async (sql) => {
      await sql`set local session_replication_role = 'replica'`;
      await sql.unsafe(statement);
    });
  await tamper("delete from seals where seq = 2");
  const cut = await verdict(["verify-ledger", "--head", headText(head)]);
  expect(cut).toMatchObject({ code: 1, out: "broken: seal 2 is gone, and every one after it up to the given head" });
  const unknown = await verdict(["verify-ledger"]);
  expect(unknown).toMatchObject({ code: 1, out: expect.stringContaining(`receipts ${second.receipts} was put in`) });

  await tamper(`update receipts set sub_code = '205' where id = '${first.receipts}'`);
  const changed = await verdict(["verify-ledger"]);
  expect(changed).toMatchObject({
    code: 1,
    out: `broken: receipts ${first.receipts} is not as it was sealed (seal 1)`,
  });
  const { code, out } = await verdict(["verify-ledger", "--json"]);
  const breach = { kind: "row_changed", seq: 1, table: "receipts", key: first.receipts };
  expect([code, JSON.parse(out)]).toEqual([1, { kind: "broken", breach, rows: 0 }]);
});

test("what stands in the way is told in a line", async () => {
  const dataDir = givenDataDir();
  const nowhere = await verdict(["verify-ledger"], { DATA_DIR: dataDir });
  expect(nowhere).toEqual({ code: 1, out: "", err: `DATABASE_URL: not set, and nothing runs on ${dataDir}` });
  const away = await verdict(["ledger-head"], { DATABASE_URL: "postgres://u:p@127.0.0.1:1/x" });
  expect(away).toEqual({ code: 1, out: "", err: "DATABASE_URL: the server cannot be reached" });
  const half = await verdict(["verify-ledger", "--head", "7"]);
  expect(half).toMatchObject({ code: 1, err: expect.stringContaining("expected what ledger-head prints") });
});

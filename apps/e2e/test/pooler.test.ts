import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@verdict/db";
import { checkInvariants, verifyLedger } from "@verdict/services";
import { startPooler, type TestPooler } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { CLOCK, openStage, type Stage } from "../src/chaos/stage.ts";
import { walkSession } from "../src/chaos/walk-session.ts";

const here = spawnSync("pgbouncer", ["--version"]).status === 0;
const name = here
  ? "through PgBouncer in transaction mode"
  : "through PgBouncer (skipped: no pgbouncer on this machine; apt-get install pgbouncer)";

describe.skipIf(!here)(name, { timeout: 60_000 }, () => {
  let folder: string;
  let pooler: TestPooler | null;
  let stage: Stage;
  let [databaseUrl, pooledUrl] = ["", ""];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "verdict-pooled-"));
    const poolerOf = async (url: string) => {
      pooler = await startPooler(url);
      if (!pooler) throw new Error("PgBouncer did not start.");
      databaseUrl = url;
      pooledUrl = pooler.urlOf(url);
      return pooledUrl;
    };
    stage = await openStage(folder, "postgres", { poolerOf });
  });
  afterAll(async () => {
    await stage?.close();
    await pooler?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("sessions come to their outcomes, and every promise is kept", async () => {
    const walked = await Promise.all(Array.from({ length: 12 }, (_, nth) => walkSession(stage, nth)));
    expect(walked.filter(({ status, expected }) => status !== expected)).toEqual([]);
    const invariants = await checkInvariants(stage.db, { now: new Date(), grace: CLOCK.graceSeconds });
    expect(invariants.filter(({ holds }) => !holds)).toEqual([]);
    expect((await verifyLedger(stage.db)).kind).toBe("whole");
  });

  test("what is asked at once of one connection is answered, with parameters or without", async () => {
    const db = openDatabase(pooledUrl, { max: 1, directUrl: databaseUrl });
    onTestFinished(() => db.close());
    const asked = Array.from({ length: 20 }, (_, nth) =>
      nth % 2 === 0 ? db.sql`select 1 as one` : db.sql`select ${nth}::int as nth`,
    );
    expect(await Promise.all(asked)).toHaveLength(20);
  });

  test("whoever waits for an outcome hears of it, by a connection to the server itself", async () => {
    const [listening] = await stage.db.sql<[{ count: number }]>`
      select count(*)::int as count from pg_stat_activity where query ilike 'listen%'`;
    expect(listening.count).toBeGreaterThan(0);
  });
});

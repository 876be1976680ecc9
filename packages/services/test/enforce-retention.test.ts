import { randomUUIDv7 } from "node:crypto";
import {
  ADVISORY_LOCKS,
  addRefusals,
  type Db,
  insertReceipts,
  listRetentionRuns,
  openDatabase,
  raiseAlert,
  readRetentionState,
  resolveAlert,
} from "@verdict/db";
import { RETENTION_DAYS, type Retention } from "@verdict/domain";
import { createTestDatabase, givenEvidence, givenVerification, type TestDatabase, until } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Enforced, enforceRetention } from "../src/enforce-retention.ts";
import { sealLedger } from "../src/seal-ledger.ts";
import { verifyLedger } from "../src/verify-ledger.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const DAY_MS = 86_400_000;
const NOW = new Date();
const later = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

async function tamper(...statements: string[]): Promise<void> {
  await db.sql.begin(async (sql) => {
    await sql`set local session_replication_role = 'replica'`;
    await sql`set local verdict.erasing = 'on'`;
    for (const statement of statements) await sql.unsafe(statement);
  });
}

beforeEach(() =>
  tamper(
    "truncate verifications, receipts, receipt_inbox, human_actions, alerts, discrepancies, seals, unsealed, tombstones cascade",
    "truncate retention_runs, retention_state, malformed_callbacks, refusals, given_up_work, opaque_tokens",
  ),
);

/** What the job did on that day, class by class. */
async function enforce(day: Date, retention: Partial<Retention> = {}) {
  const enforced: Enforced[] = [];
  const deps = {
    db,
    now: () => day,
    onEnforced: (one: Enforced) => void enforced.push(one),
    onError: (of: string, error: unknown) => {
      throw new Error(of, { cause: error });
    },
  };
  await enforceRetention(deps, { ...RETENTION_DAYS, refusals: 30, ...retention });
  return Object.fromEntries(enforced.map((one) => [one.class, one]));
}

const count = async (table: string) => (await db.sql`select from ${db.sql(table)}`).length;

const givenDetail = (verificationId: string, storedAt: Date) => db.sql`
  insert into personal_details (verification_id, class, field, envelope, key_id, check_id, stored_at)
  values (${verificationId}, 'face', 'faceAge', 'v1', 'd1', ${randomUUIDv7()}::uuid, ${storedAt.toISOString()}::timestamptz)`;

describe("what has been kept long enough is deleted, and nothing else", () => {
  test("details, by the day they were stored", async () => {
    const [old, young] = [
      await givenVerification(db, { status: "passed" }),
      await givenVerification(db, { status: "failed" }),
    ];
    await givenDetail(old.id, NOW);
    await givenDetail(young.id, later(1));
    expect(await enforce(later(90.5))).toMatchObject({ details: { deleted: 1, keptDays: 90, before: later(0.5) } });
    expect(await db.sql`select verification_id from personal_details`).toMatchObject([{ verification_id: young.id }]);
    expect(await enforce(later(90.5))).toEqual({});
  });

  test("an open verification keeps its details and its token, however old they are", async () => {
    const { id } = await givenVerification(db, { status: "awaiting" });
    await givenDetail(id, NOW);
    await db.sql`insert into opaque_tokens values ('default', 'hash', ${id}, ${NOW.toISOString()}::timestamptz)`;
    expect(await enforce(later(3_000), { evidence: 31 })).toEqual({});
    expect([await count("personal_details"), await count("opaque_tokens")]).toEqual([1, 1]);
  });

  test("callbacks without sense, expired tokens, work that was put back, counts of refusals", async () => {
    const { id } = await givenVerification(db, { status: "passed" });
    const at = NOW.toISOString();
    await db.sql`insert into malformed_callbacks values ('default', ${id}, 'no passed', 1, ${at}::timestamptz, ${at}::timestamptz)`;
    await db.sql`insert into opaque_tokens values ('default', 'hash', ${id}, ${at}::timestamptz)`;
    for (const redriven of [at, null]) {
      await db.sql`
        insert into given_up_work (id, kind, reference, reason, first_at, last_at, redriven_at, redriven_by)
        values (${randomUUIDv7()}::uuid, 'job', ${String(redriven)}, 'broke', ${at}::timestamptz, ${at}::timestamptz,
          ${redriven}::timestamptz, 'ann')`;
    }
    const refusal = { route: "-", reason: "unknown_route", source: "*", times: 1, firstAt: NOW, lastAt: NOW };
    await addRefusals(db, [{ hour: NOW, ...refusal }]);

    expect(Object.keys(await enforce(later(29)))).toEqual([]);
    expect(Object.keys(await enforce(later(31))).toSorted()).toEqual(["refusals", "tokens"]);
    expect(Object.keys(await enforce(later(91))).toSorted()).toEqual(["malformed", "work"]);
    expect(await db.sql`select reference from given_up_work`).toMatchObject([{ reference: "null" }]);
  });

  test("in batches, so that nobody waits for a statement over everything", async () => {
    const at = NOW.toISOString();
    await db.sql`
      insert into malformed_callbacks
      select 'default', gen_random_uuid(), 'no passed', 1, ${at}::timestamptz, ${at}::timestamptz from generate_series(1, 2500)`;
    expect(await enforce(later(91))).toMatchObject({ malformed: { deleted: 2_500 } });
  });

  test("evidence never, unless somebody says when", async () => {
    await givenEvidence(db);
    expect(await enforce(later(36_500))).not.toHaveProperty("evidence");
    expect(await count("receipts")).toBe(1);
  });
});

test("events go by the week where a whole one is too old, the rest one by one, to the day; the report counts them all", async () => {
  await tamper("truncate events, deliveries");
  const partitions = async () =>
    (await db.sql<{ name: string }[]>`select name from event_partitions()`).map((one) => one.name);
  const first = (await partitions()).find((name) => name.startsWith("events_before_"));
  await db.sql`drop table ${db.sql(`${first}`)}`;
  for (let weeks = -7; weeks <= 0; weeks++) {
    await db.sql`select create_event_partition(date_trunc('week', now(), 'UTC') + ${weeks}::int * interval '168 hours')`;
  }
  const before = await partitions();
  for (const days of [-49, -48, -31, -29]) {
    const at = later(days).toISOString();
    await db.sql`
      insert into events (id, type, route, subject_id, version, at, data, position)
      values ((left(lowest_id_at(${at}::timestamptz)::text, 13) || right(gen_random_uuid()::text, 23))::uuid, 'alert.opened', 'default',
        gen_random_uuid(), 1, ${at}::timestamptz, '{}', feed_position())`;
  }
  // Others write on the same server.
  await until(async () => (await db.sql`select from events where position >= feed_horizon()`).length === 0);

  expect(await enforce(NOW, { events: 30 })).toMatchObject({ events: { deleted: 3, keptDays: 30 } });
  expect(await db.sql`select at from events`).toHaveLength(1);
  const left = await partitions();
  expect(left.length).toBeLessThan(before.length - 1);
  expect(await enforce(NOW, { events: 30 })).toEqual({});
  await tamper("truncate events");
});

describe("alerts that are over", () => {
  const alert = async (changes: { verificationId?: string | null; route?: string } = {}) => {
    const id = randomUUIDv7();
    const about = { rule: "backlog", severity: "warning", route: changes.route ?? id, detail: "a test" } as const;
    await raiseAlert(db, { id, ...about, verificationId: changes.verificationId ?? null, at: NOW });
    return id;
  };
  const resolve = (id: string) => resolveAlert(db, id, { by: "ann", at: NOW, reason: "a test" });
  const tell = (alertId: string, state: "sent" | "pending") => db.sql`
    insert into notifications (id, group_id, channel_id, channel_name, kind, state, count, confirmed, next_attempt_at, created_at)
    select gen_random_uuid(), group_id, gen_random_uuid(), 'ops', 'firing', ${state}, 1, 0,
      case when ${state} = 'pending' then now() end, ${NOW.toISOString()}::timestamptz from alerts where id = ${alertId}`;
  beforeEach(() => tamper("truncate notifications, silences, alert_groups cascade"));

  test("are forgotten with what was told of them and their groups; what goes on, and alerts on a session, stay", async () => {
    const [over, onSession, open] = [await alert(), await alert({ verificationId: randomUUIDv7() }), await alert()];
    for (const id of [over, onSession, open]) await tell(id, "sent");
    await Promise.all([resolve(over), resolve(onSession)]);
    expect(await enforce(later(364))).not.toHaveProperty("alerts");
    expect(await enforce(later(366), { events: null })).toMatchObject({ alerts: { deleted: 3, keptDays: 365 } });
    expect(await enforce(later(366), { events: null })).toMatchObject({ alerts: { deleted: 1 } });
    const left = await db.sql<{ id: string }[]>`select id from alerts`;
    expect(left.map(({ id }) => id).toSorted()).toEqual([onSession, open].toSorted());
    expect([await count("alert_groups"), await count("notifications")]).toEqual([2, 1]);
  });

  test("stay as long as one of their group goes on, or somebody is still to be told", async () => {
    const [first, second] = [await alert({ route: "a" }), await alert({ route: "a", verificationId: randomUUIDv7() })];
    const untold = await alert({ route: "b" });
    await Promise.all([tell(first, "sent"), tell(untold, "pending")]);
    await Promise.all([resolve(first), resolve(untold)]);
    await enforce(later(400));
    expect([await count("notifications"), await count("alert_groups")]).toEqual([2, 2]);
    expect(await db.sql`select id from alerts`).toMatchObject([{ id: second }]);
  });

  test("leave no silence behind that has ended", async () => {
    for (const days of [1, 200]) {
      await db.sql`
        insert into silences (id, reason, created_by, created_at, starts_at, expires_at)
        values (gen_random_uuid(), 'drill', 'ann', now(), ${NOW.toISOString()}::timestamptz, ${later(days).toISOString()}::timestamptz)`;
    }
    expect(await enforce(later(367))).toMatchObject({ alerts: { deleted: 1 } });
    expect(await count("silences")).toBe(1);
  });
});

describe("the job tells what it did", () => {
  const stateOf = async (of: string) => (await readRetentionState(db)).find((one) => one.class === of);

  test("by class: when it was last there, and how much it has deleted, whether or not there was anything", async () => {
    expect(await readRetentionState(db)).toEqual([]);
    await givenDetail((await givenVerification(db, { status: "passed" })).id, NOW);
    await enforce(later(91));
    expect(await stateOf("details")).toMatchObject({ lastRunAt: later(91), lastDeleted: 1, deletedTotal: 1 });
    await enforce(later(91.1));
    expect(await stateOf("details")).toMatchObject({ lastRunAt: later(91.1), lastDeleted: 0, deletedTotal: 1 });
    expect(await stateOf("evidence")).toBeUndefined();
  });

  test("by class: since when it fails, until it does not", async () => {
    const broken = { ...RETENTION_DAYS, work: Number.NaN, refusals: 30 };
    for (const day of [1, 2]) {
      await enforceRetention({ db, now: () => later(day), onEnforced: () => {}, onError: () => {} }, broken);
    }
    expect(await stateOf("work")).toMatchObject({ failingSince: later(1) });
    await enforce(later(3));
    expect(await stateOf("work")).toMatchObject({ failingSince: null, lastRunAt: later(3) });
  });

  test("on record: each deletion, and once a day that there was nothing to delete", async () => {
    await givenDetail((await givenVerification(db, { status: "passed" })).id, NOW);
    await enforce(later(91));
    await enforce(later(91.5));
    await enforce(later(92.5));
    const runs = (await listRetentionRuns(db, { limit: 100 })).filter((run) => run.class === "details");
    expect(runs.map(({ deleted, before }) => [deleted, before])).toEqual([
      [0, later(2.5)],
      [1, later(1)],
    ]);
  });

  test("a class that fails does not keep the others from their turn", async () => {
    await givenDetail((await givenVerification(db, { status: "passed" })).id, NOW);
    const failed: string[] = [];
    const broken = { ...RETENTION_DAYS, details: 1, work: Number.NaN, refusals: 30 };
    const onError = (of: string) => void failed.push(of);
    await enforceRetention({ db, now: () => later(2), onEnforced: () => {}, onError }, broken);
    expect([failed, await count("personal_details")]).toEqual([["work"], 0]);
  });
});

describe("evidence that was erased on purpose", () => {
  const erase = (day: Date) => enforce(day, { evidence: 100, alerts: null });

  /** Evidence of a session that has ended. */
  async function givenEnded() {
    const keys = await givenEvidence(db);
    await db.sql`update verifications set next_check_at = null`;
    return keys;
  }

  test("is gone with all that hangs on it, and the ledger says by which run", async () => {
    const { transitions } = await givenEnded();
    const [id = ""] = transitions.split("/");
    await givenDetail(id, NOW);
    await sealLedger({ db, now: () => NOW });
    const young = await givenVerification(db, { status: "passed", nextCheckAt: null });
    await db.sql`update verifications set updated_at = ${later(50).toISOString()}::timestamptz where id = ${young.id}`;

    const { evidence } = await erase(later(120));
    expect(evidence).toMatchObject({ deleted: 4, waits: false });
    for (const table of [
      "receipts",
      "checks",
      "transitions",
      "human_actions",
      "discrepancies",
      "alerts",
      "personal_details",
    ]) {
      expect([table, await count(table)]).toEqual([table, 0]);
    }
    expect(await db.sql`select id from verifications`).toMatchObject([{ id: young.id }]);

    const erased = [{ runId: evidence?.runId, rows: 4 }];
    expect(await verifyLedger(db)).toMatchObject({ kind: "whole", rows: 4, erased });
    await sealLedger({ db, now: () => NOW });
    expect(await verifyLedger(db, { chunk: 1 })).toMatchObject({ kind: "whole", rows: 5, erased });
    expect(await listRetentionRuns(db, { limit: 100 })).toContainEqual(
      expect.objectContaining({ id: evidence?.runId, class: "evidence", deleted: 4 }),
    );
  });

  test("is erased by a login that has the application's role and nothing else", async () => {
    await givenEnded();
    const login = `app_${randomUUIDv7().slice(-12)}`;
    await db.sql`create role ${db.sql(login)} login password 'modest' in role verdict_app`;
    const url = new URL(database.url);
    [url.username, url.password] = [login, "modest"];
    const app = openDatabase(url.href, { max: 2 });
    const failed: unknown[] = [];
    const deps = {
      db: app,
      now: () => later(1_000),
      onEnforced: () => {},
      onError: (_: string, error: unknown) => void failed.push(error),
    };
    await enforceRetention(deps, { ...RETENTION_DAYS, evidence: 100, refusals: 30 });
    await app.close();
    await db.sql`drop role ${db.sql(login)}`;
    expect(failed).toEqual([]);
    expect([await count("verifications"), await count("receipts")]).toEqual([0, 0]);
    expect(await verifyLedger(db)).toMatchObject({ kind: "whole", erased: [{ rows: 4 }] });
  });

  test("without a tombstone is found and named", async () => {
    const { checks } = await givenEnded();
    await sealLedger({ db, now: () => NOW });
    await tamper(`delete from checks where id = '${checks}'`);
    expect(await verifyLedger(db)).toMatchObject({ kind: "broken", breach: { kind: "row_missing", key: checks } });
    await erase(later(120));
    const reading = await verifyLedger(db);
    expect(reading).toMatchObject({ kind: "broken", breach: { kind: "row_missing", table: "checks", key: checks } });
  });

  test("does not cover up that a row was changed before", async () => {
    const { receipts } = await givenEnded();
    await sealLedger({ db, now: () => NOW });
    await tamper(`update receipts set sub_code = '201' where id = '${receipts}'`);
    await erase(later(120));
    expect(await verifyLedger(db)).toMatchObject({ kind: "broken", breach: { kind: "row_missing", key: receipts } });
  });

  test("is missed again when its tombstone is touched", async () => {
    await givenEnded();
    await erase(later(120));
    await sealLedger({ db, now: () => NOW });
    await tamper("update tombstones set rows = rows[2:]");
    expect(await verifyLedger(db)).toMatchObject({ kind: "broken" });
    await tamper("delete from tombstones");
    expect(await verifyLedger(db)).toMatchObject({ kind: "broken", breach: { kind: "row_missing" } });
  });

  test("a tombstone that was slipped in is found", async () => {
    await givenEnded();
    await sealLedger({ db, now: () => NOW });
    const [id, runId] = [randomUUIDv7(), randomUUIDv7()];
    await db.sql`insert into tombstones values (${id}::uuid, ${runId}::uuid, now(), '{}')`;
    expect(await verifyLedger(db)).toMatchObject({ breach: { kind: "row_unknown", table: "tombstones", key: id } });
  });

  test("leaves what is open: a verification, a discrepancy, a check that is still to come", async () => {
    const open = await givenVerification(db, { status: "awaiting" });
    const due = await givenVerification(db, { status: "expired", nextCheckAt: later(1) });
    const doubted = await givenVerification(db, { status: "passed", nextCheckAt: null });
    await db.sql`
      insert into discrepancies (id, type, route, verification_id, opened_at)
      values (${randomUUIDv7()}::uuid, 'claim_contradicted', 'default', ${doubted.id}, now())`;
    await erase(later(1_000));
    const left = await db.sql<{ id: string }[]>`select id from verifications order by id`;
    expect(left.map(({ id }) => id)).toEqual([open.id, due.id, doubted.id].toSorted());
  });

  test("waits for its seal: a row nobody has hashed yet is not erased", async () => {
    await givenEnded();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    // A sealer that has taken the list and is not through.
    const sealing = db.sql.begin(async (sql) => {
      await sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.sealing})`;
      taken.resolve();
      await released;
    });
    await taken.promise;
    const erasing = erase(later(120));
    await until(
      async () => (await db.sql`select from pg_locks where locktype = 'advisory' and not granted`).length > 0,
    );
    release();
    await sealing;
    expect(await erasing).toMatchObject({ evidence: { deleted: 0, waits: true } });
    expect(await count("receipts")).toBe(1);
    expect(await erase(later(120))).toMatchObject({ evidence: { deleted: 4, waits: false } });
    expect(await verifyLedger(db)).toMatchObject({ kind: "whole", erased: [{ rows: 4 }] });
  });

  test("callbacks that matched nothing go when their discrepancy has been closed for so long", async () => {
    const [receiptId, verificationId, discrepancyId] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
    const receipt = {
      ...{ id: receiptId, route: "default", verificationId, transactionId: "hks-1", passed: true, subCode: "200" },
      ...{ keyId: "k1", late: false, extra: null, receivedAt: NOW },
    };
    await insertReceipts(db, [receipt], "postgres", NOW);
    await db.sql`
      insert into discrepancies (id, type, route, verification_id, receipt_id, opened_at, closed_at, closed_by, closing_reason)
      values (${discrepancyId}::uuid, 'unknown_transaction', 'default', ${verificationId}::uuid, ${receiptId}::uuid,
        ${NOW.toISOString()}::timestamptz, ${NOW.toISOString()}::timestamptz, 'ann', 'a test')`;
    expect(await erase(later(99))).toEqual({});
    expect(await erase(later(101))).toMatchObject({ evidence: { deleted: 1 } });
    expect([await count("receipts"), await count("discrepancies")]).toEqual([0, 0]);
    expect(await verifyLedger(db)).toMatchObject({ kind: "whole", erased: [{ rows: 1 }] });
  });
});

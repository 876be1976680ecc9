import {
  type CallBudget,
  findVerification,
  listAlerts,
  loadEvidence,
  setCallLimit,
  type Verification,
} from "@verdict/db";
import type { Breaker, Product } from "@verdict/domain";
import { givenVerification } from "@verdict/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CheckDueDeps, checkDue } from "../src/check-due.ts";
import { down, gone, ok, pending, refused, type Script, scriptedProvider, setup, throttled } from "./support.ts";

/** Everything that is due is taken, so each test has a database of its own. */
let s: Awaited<ReturnType<typeof setup>>;
beforeEach(async () => {
  s = await setup();
});
afterEach(() => s.database.drop());

const passed = ok({ passed: "Y", subCode: "200" });

const givenDue = (changes: Partial<Verification> = {}) =>
  givenVerification(s.db, { createdAt: s.now(), nextCheckAt: s.now(), ...changes });

type Changes = {
  perSecond?: number | null;
  atATime?: number;
  aheadMs?: number;
  product?: Product;
} & Partial<CheckDueDeps>;

/** One worker's part for a route and product. */
function givenWorker(
  script: Script,
  { perSecond = null, atATime = 50, aheadMs, product = "FACE_VERIFY", ...changes }: Changes = {},
) {
  const provider = scriptedProvider(script);
  const broken: string[] = [];
  const moves: [Breaker["state"], Breaker["state"]][] = [];
  const pauses: number[] = [];
  const deps: CheckDueDeps = {
    ...s.deps,
    client: provider.client,
    onBreaker: (_, before, after) => void moves.push([before.state, after.state]),
    onError: (id) => void broken.push(id),
    pause: async (ms) => void pauses.push(ms),
    ...changes,
  };
  const due = checkDue(deps, { route: "default", product, perSecond, atATime, ...(aheadMs && { aheadMs }) });
  /** Asks about everything that is due now. */
  const all = async () => {
    let begun = 0;
    for (let round = await due.round(); round.begun > 0; round = await due.round()) {
      begun += round.begun;
      await due.idle();
    }
    return begun;
  };
  return { due, all, calls: provider.calls, broken, moves, pauses };
}

const statuses = async (rows: readonly Verification[]) =>
  Promise.all(rows.map(async ({ id }) => (await findVerification(s.db, id))?.status));

test("everything that is due is asked about once and settled", async () => {
  const rows = await Promise.all(Array.from({ length: 30 }, () => givenDue()));
  const worker = givenWorker({ checkResult: [passed] });
  expect(await worker.all()).toBe(30);
  expect(worker.calls).toHaveLength(30);
  expect(new Set(await statuses(rows))).toEqual(new Set(["passed"]));
  expect(worker.broken).toEqual([]);
});

test("four workers at once ask about each of them once", async () => {
  const rows = await Promise.all(Array.from({ length: 40 }, () => givenDue()));
  const workers = Array.from({ length: 4 }, () => givenWorker({ checkResult: [passed] }, { atATime: 7 }));
  await Promise.all(workers.map((worker) => worker.all()));
  const asked = workers.flatMap(({ calls }) => calls.map(({ request }) => request.transactionId));
  expect(asked.toSorted()).toEqual(rows.map(({ transactionId }) => transactionId).toSorted());
});

test("no more is under way at a time than allowed", async () => {
  await Promise.all(Array.from({ length: 10 }, () => givenDue()));
  const answer = Promise.withResolvers<typeof passed>();
  const worker = givenWorker({ checkResult: [() => answer.promise] }, { atATime: 4 });
  expect(await worker.due.round()).toEqual({ begun: 4, moreInMs: 0 });
  expect(await worker.due.round()).toEqual({ begun: 0, moreInMs: 0 });
  answer.resolve(passed);
  await worker.due.idle();
  expect(worker.calls).toHaveLength(4);
});

test("the answers that come together are settled in one statement", async () => {
  await Promise.all(Array.from({ length: 20 }, () => givenDue()));
  const statements: string[] = [];
  const sql = new Proxy(s.db.sql, {
    apply(target, self, args) {
      statements.push(String(args[0]));
      return Reflect.apply(target, self, args);
    },
  });
  const answer = Promise.withResolvers<typeof passed>();
  const worker = givenWorker({ checkResult: [() => answer.promise] }, { db: { ...s.db, sql } });
  await worker.due.round();
  answer.resolve(passed);
  await worker.due.idle();
  expect(statements.filter((text) => text.includes("insert into transitions"))).toHaveLength(1);
});

test("a check that breaks is told of, holds nobody else up, and is due again when its lease ends", async () => {
  const [one, other] = [await givenDue(), await givenDue()];
  const breaks = async () => Promise.reject(new Error("a bug"));
  const worker = givenWorker({ checkResult: [breaks, passed] });
  await worker.all();
  expect(worker.broken).toHaveLength(1);
  expect((await statuses([one, other])).toSorted()).toEqual(["awaiting", "passed"]);
  s.pass(16);
  await worker.all();
  expect(await statuses([one, other])).toEqual(["passed", "passed"]);
});

test("what a worker was asking about when it was killed, another asks about as soon as the lease ends", async () => {
  await setCallLimit(s.db, { route: "default", product: "FACE_VERIFY", operation: "CheckResult" }, 2);
  const rows = [await givenDue(), await givenDue()];
  const killed = givenWorker({ checkResult: [() => new Promise(() => {})] }, { perSecond: 2 });
  expect((await killed.due.round()).begun).toBe(2);

  const other = givenWorker({ checkResult: [passed] }, { perSecond: 2 });
  s.pass(15);
  expect(await other.all()).toBe(0);
  expect(await statuses(rows)).toEqual(["awaiting", "awaiting"]);
  s.pass(1);
  // The calls that the dead one took are leased by the database's own clock.
  await s.db.sql`update call_slots set free_at = free_at - interval '15 seconds'`;
  expect(await other.all()).toBe(2);
  expect(await statuses(rows)).toEqual(["passed", "passed"]);
});

test("other products are left to their own", async () => {
  const row = await givenDue({ product: "ID_OCR" });
  expect(await givenWorker({}).all()).toBe(0);
  expect(await givenWorker({ checkResult: [passed] }, { product: "ID_OCR" }).all()).toBe(1);
  expect(await statuses([row])).toEqual(["passed"]);
});

describe("a limit", () => {
  const budget: CallBudget = { route: "default", product: "FACE_VERIFY", operation: "CheckResult" };
  /** A second passes, as far as the calls are concerned. */
  const aSecondLater = () => s.db.sql`update call_slots set free_at = free_at - interval '1 second'`;
  const beginRounds = async (...workers: ReturnType<typeof givenWorker>[]) => {
    for (const worker of workers) await worker.due.round();
    for (const worker of workers) await worker.due.idle();
  };

  test("is shared by all workers", async () => {
    await setCallLimit(s.db, budget, 3);
    await Promise.all(Array.from({ length: 10 }, () => givenDue()));
    const workers = [1, 2].map(() => givenWorker({ checkResult: [passed] }, { perSecond: 3 }));
    const called = () => workers.reduce((sum, { calls }) => sum + calls.length, 0);
    await beginRounds(...workers);
    await beginRounds(...workers);
    expect(called()).toBe(3);
    await aSecondLater();
    await beginRounds(...workers);
    expect(called()).toBe(6);
  });

  test("is not spent on a session nobody can be asked about", async () => {
    await setCallLimit(s.db, budget, 1);
    const long = { createdAt: new Date(s.now().getTime() - 7_200_000), expiresAt: s.now(), transactionId: null };
    await givenDue({ ...long, status: "initializing", nextCheckAt: new Date(s.now().getTime() - 1_000) });
    const worker = givenWorker({}, { perSecond: 1 });
    s.pass(200);
    await beginRounds(worker);
    expect(worker.calls).toEqual([]);
    expect(worker.broken).toEqual([]);
  });

  test("that is about to be free is waited for, to the moment", async () => {
    await setCallLimit(s.db, budget, 2);
    await s.db.sql`
      update call_slots set free_at = clock_timestamp() + slot * interval '5 minutes' where operation = 'CheckResult'`;
    await givenDue();
    await givenDue();
    const worker = givenWorker({ checkResult: [passed] }, { perSecond: 2, aheadMs: 600_000, clock: () => 0 });
    await beginRounds(worker);
    expect(worker.calls).toHaveLength(2);
    expect(worker.pauses).toHaveLength(1);
    expect(worker.pauses[0]).toBeGreaterThan(240_000);
    expect(worker.pauses[0]).toBeLessThanOrEqual(300_000);
  });

  test("is not spent by a worker that stops, or stood still for so long that its lease may end during the call", async () => {
    await setCallLimit(s.db, budget, 1);
    const limit = { perSecond: 1, aheadMs: 600_000 };
    const soon = () => s.db.sql`update call_slots set free_at = clock_timestamp() + interval '5 minutes'`;
    const row = await givenDue();
    await soon();
    const stops = async () => Promise.reject(new Error("stopping"));
    const stopping = givenWorker({}, { ...limit, pause: stops });
    await beginRounds(stopping);

    await soon();
    let elapsed = 0;
    const stands = async () => {
      elapsed += 5_000;
    };
    const still = givenWorker({}, { ...limit, pause: stands, clock: () => elapsed });
    await beginRounds(still);
    expect([stopping.broken, still.broken, stopping.calls, still.calls]).toEqual([[], [], [], []]);
    expect(elapsed).toBe(5_000);

    await aSecondLater();
    const worker = givenWorker({ checkResult: [passed] }, { perSecond: 1 });
    await beginRounds(worker);
    expect(await statuses([row])).toEqual(["passed"]);
  });

  test("for the log is waited for by the session that needs it", async () => {
    await setCallLimit(s.db, budget, 1);
    await setCallLimit(s.db, { ...budget, operation: "CheckVerifyLog" }, 1);
    const [row] = [await givenDue()];
    s.pass(1_920);
    await s.db
      .sql`update call_slots set free_at = clock_timestamp() + interval '1 minute' where operation = 'CheckVerifyLog'`;
    const worker = givenWorker(
      { checkResult: [pending], checkVerifyLog: [ok({ verifyStatus: "1" })] },
      {
        perSecond: 1,
        pause: () => s.db.sql`update call_slots set free_at = clock_timestamp() where operation = 'CheckVerifyLog'`,
      },
    );
    await beginRounds(worker);
    expect(worker.calls.map(({ operation }) => operation)).toEqual(["CheckResult", "CheckVerifyLog"]);
    expect(await statuses([row])).toEqual(["expired"]);
  });
});

test("a session keeps its turn while it waits for a call to the log", async () => {
  const budget = { route: "default", product: "FACE_VERIFY", operation: "CheckVerifyLog" } as const;
  await setCallLimit(s.db, { ...budget, operation: "CheckResult" }, 5);
  await setCallLimit(s.db, budget, 1);
  await s.db
    .sql`update call_slots set free_at = clock_timestamp() + interval '1 hour' where operation = 'CheckVerifyLog'`;
  await givenDue();
  s.pass(1_920);
  const other = givenWorker({ checkResult: [passed] }, { perSecond: 5 });
  let waited = 0;
  const pause = async () => {
    s.pass(5);
    expect((await other.due.round()).begun).toBe(0);
    waited += 1;
    if (waited === 10) await s.db.sql`update call_slots set free_at = clock_timestamp()`;
  };
  const log = ok({ verifyStatus: "1" });
  const worker = givenWorker({ checkResult: [pending], checkVerifyLog: [log] }, { perSecond: 5, pause });
  await worker.due.round();
  await worker.due.idle();
  expect([waited, worker.calls.length, worker.broken.length]).toEqual([10, 2, 0]);
});

describe("a provider in trouble", () => {
  const sixHours = 6 * 3_600;

  test("for six hours costs few calls, and everything settles on the first tick after it returns", async () => {
    const rows = await Promise.all(Array.from({ length: 40 }, () => givenDue()));
    const worker = givenWorker({ checkResult: [down] });
    for (let passedSeconds = 0; passedSeconds < sixHours; passedSeconds += 60) {
      await worker.all();
      s.pass(60);
    }
    expect(worker.calls.length).toBeLessThan(40 + sixHours / 60 + 1);
    expect(worker.moves.slice(0, 1)).toEqual([["closed", "open"]]);

    const healthy = givenWorker({ checkResult: [passed] });
    await healthy.all();
    expect(new Set(await statuses(rows))).toEqual(new Set(["passed"]));
    expect(healthy.moves).toEqual([["half_open", "closed"]]);
  });

  test("that throttles is left alone for as long as it asks, by all workers", async () => {
    await Promise.all(Array.from({ length: 5 }, () => givenDue()));
    const [one, other] = [
      givenWorker({ checkResult: [throttled(45_000)] }, { atATime: 1 }),
      givenWorker({ checkResult: [passed] }),
    ];
    await one.due.round();
    await one.due.idle();
    s.pass(44);
    expect(await other.all()).toBe(0);
    s.pass(1);
    expect(await other.all()).toBe(5);
  });

  test("that refuses the route parks it with one alert, and burns nothing of the backlog", async () => {
    const rows = await Promise.all(Array.from({ length: 30 }, () => givenDue()));
    const worker = givenWorker({ checkResult: [refused("Forbidden.AccountAccessDenied")] }, { atATime: 1 });
    for (let tick = 0; tick < 20; tick++) {
      await worker.all();
      s.pass(60);
    }
    expect(worker.calls.length).toBeLessThanOrEqual(5);
    const alerts = await listAlerts(s.db, { rule: "route_parked" }, { limit: 10 });
    expect(alerts).toMatchObject([{ severity: "critical", route: "default", verificationId: null, status: "open" }]);
    expect(alerts[0]?.detail).toContain("Forbidden.AccountAccessDenied");
    expect(s.raised.map(({ rule }) => rule)).toEqual(["route_parked"]);
    expect(new Set(await statuses(rows))).toEqual(new Set(["awaiting"]));

    s.pass(300);
    await givenWorker({ checkResult: [passed] }).all();
    expect(new Set(await statuses(rows))).toEqual(new Set(["passed"]));
  });
});

test("ten thousand sessions whose callbacks are all lost end, each after the same few questions", async () => {
  const count = 10_000;
  const createdAt = s.now();
  const firstCheckAt = new Date(createdAt.getTime() + 60_000);
  await s.db.sql`
    insert into verifications (id, route, product, status, version, merchant_biz_id, merchant_user_hash, request_hash,
      transaction_id, transaction_source, next_check_at, expires_at, created_at, updated_at)
    select gen_random_uuid(), 'default', 'FACE_VERIFY', 'awaiting', 1, 'order' || n, '', '', 'hks' || n, 'initialize',
      ${firstCheckAt.toISOString()}::timestamptz, ${new Date(createdAt.getTime() + 1_800_000).toISOString()}::timestamptz,
      ${createdAt.toISOString()}::timestamptz, ${createdAt.toISOString()}::timestamptz
    from generate_series(0, ${count - 1}) as n`;

  /** A third passes after 100 s, a third fails after 500 s, a third walks away. */
  const number = (request: Record<string, unknown>) => Number(String(request.transactionId).slice(3));
  const elapsed = () => (s.now().getTime() - createdAt.getTime()) / 1_000;
  const wanted = ["passed", "failed", "expired"];
  const worker = givenWorker(
    {
      checkResult: [
        async (request) => {
          const kind = number(request) % 3;
          if (kind === 0 && elapsed() >= 100) return passed;
          if (kind === 1 && elapsed() >= 500) return ok({ passed: "N", subCode: "204" });
          return elapsed() > 1_800 ? gone : pending;
        },
      ],
      checkVerifyLog: [ok({ verifyStatus: "2" })],
    },
    { atATime: 500 },
  );
  for (let tick = 0; tick <= 1_980; tick += 60) {
    s.at(new Date(createdAt.getTime() + tick * 1_000));
    await worker.all();
  }

  expect(worker.broken).toEqual([]);
  const rows = await s.db.sql<{ kind: number; status: string; checks: number; count: number }[]>`
    select (substr(transaction_id, 4)::int % 3) as kind, status, check_count as checks, count(*)::int as count
    from verifications group by 1, 2, 3 order by 1, 2`;
  // Asked at 60, 180, 420 and 900 s, at the deadline of 1,920 s, and then for the log.
  expect(rows).toEqual(
    [2, 4, 6].map((checks, kind) => ({ kind, status: wanted[kind], checks, count: kind === 0 ? 3_334 : 3_333 })),
  );
  const [one] = await s.db.sql<{ id: string }[]>`select id from verifications where transaction_id = 'hks2'`;
  const row = await findVerification(s.db, one?.id ?? "");
  expect(row && (await loadEvidence(s.db, row)).transitions).toMatchObject([{ from: "awaiting", to: "expired" }]);
}, 120_000);

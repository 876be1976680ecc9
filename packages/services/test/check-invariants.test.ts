import { forgetEvents, insertReceiptBatch, setCallLimit, type Verification } from "@verdict/db";
import { givenVerification, until } from "@verdict/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { checkInvariants, type InvariantOptions } from "../src/check-invariants.ts";
import { giveUpBatch } from "../src/give-up-work.ts";
import { actors, givenHistory, NO, saysYes, YES } from "./given-history.ts";
import { ok, pending, setup } from "./support.ts";

type Setup = Awaited<ReturnType<typeof setup>>;

const drops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const drop of drops.splice(0)) await drop();
});

/** A database of its own, and what its services do. */
async function given() {
  const s = await setup();
  drops.push(() => s.database.drop());
  const check = (options: Partial<InvariantOptions> = {}) =>
    checkInvariants(s.db, { now: s.now(), grace: s.policy.grace, ...options });
  return { ...s, s, ...actors(s), check };
}

type Given = Awaited<ReturnType<typeof given>>;

/** What does not hold, with the ids of it. */
const brokenBy = async ({ check }: Given, options: Partial<InvariantOptions> = {}) =>
  Object.fromEntries((await check(options)).filter(({ holds }) => !holds).map((one) => [one.name, one.examples]));

const OPEN = "no verification is open past its time";
const PROVEN = "no end without evidence";
const WAYS = "every move follows from the one before";
const EVENTS = "no outcome without its event";
const RECEIPTS = "every receipt is accounted for";
const BATCHES = "no batch of callbacks is left lying";
const ALERTS = "every discrepancy has its alert";
const QUOTA = "the provider's quota is respected";

test("all promises hold for whatever the services do", async () => {
  const g = await given();
  await givenHistory(g.s);
  const statuses = await g.db.sql<{ status: string }[]>`select distinct status from verifications order by status`;
  expect(statuses.map(({ status }) => status)).toEqual(
    ["awaiting", "expired", "failed", "init_failed", "initializing", "passed", "unresolvable"].toSorted(),
  );
  expect((await g.check()).map(({ name, holds, count, examples }) => ({ name, holds, count, examples }))).toEqual(
    [OPEN, PROVEN, WAYS, EVENTS, RECEIPTS, BATCHES, ALERTS, QUOTA].map((name) => ({
      name,
      holds: true,
      count: 0,
      examples: [],
    })),
  );
});

/** A session that a callback and a check have ended. */
async function givenPassed({ start, told, asked }: Given): Promise<Verification> {
  const started = await start();
  await told(started);
  return asked(started, { checkResult: [saysYes] });
}

async function givenExpired({ start, asked, pass }: Given): Promise<Verification> {
  const started = await start();
  pass(1_920);
  return asked(started, { checkResult: [pending], checkVerifyLog: [ok({ verifyStatus: "1" })] });
}

/** Past the triggers that keep evidence as it is. */
async function tamper(
  { db }: Given,
  table: "checks" | "events" | "transitions" | "verifications",
  change: (sql: Tx) => unknown,
) {
  await db.sql.begin(async (sql) => {
    await sql`alter table ${sql(table)} disable trigger user`;
    await change(sql);
    await sql`alter table ${sql(table)} enable trigger user`;
  });
}
type Tx = Parameters<Parameters<Setup["db"]["sql"]["begin"]>[1]>[0];

/** Does damage, and tells what it was done to. */
type Damage = (g: Given) => Promise<string>;

const damages: [what: string, breaks: string[], damage: Damage][] = [
  [
    "a passed session whose answer is gone",
    [PROVEN],
    async (g) => {
      const { id } = await givenPassed(g);
      await tamper(g, "checks", (sql) => sql`delete from checks where verification_id = ${id}`);
      return id;
    },
  ],
  [
    "a passed session whose answer said no",
    [PROVEN],
    async (g) => {
      const { id } = await givenPassed(g);
      await tamper(g, "checks", (sql) => sql`update checks set passed = false where verification_id = ${id}`);
      return id;
    },
  ],
  [
    "a passed session whose answer had another sub-code",
    [PROVEN],
    async (g) => {
      const { id } = await givenPassed(g);
      await tamper(g, "checks", (sql) => sql`update checks set sub_code = null where verification_id = ${id}`);
      return id;
    },
  ],
  [
    "a passed session that rests on another session's answer",
    [PROVEN],
    async (g) => {
      const [{ id }, other] = [await givenPassed(g), await givenPassed(g)];
      const [check] = await g.db.sql<{ id: string }[]>`select id from checks where verification_id = ${other.id}`;
      const checkId = check?.id ?? null;
      await tamper(
        g,
        "transitions",
        (sql) =>
          sql`update transitions set check_id = ${checkId} where verification_id = ${id} and to_status = 'passed'`,
      );
      return id;
    },
  ],
  [
    "an expired session without its log",
    [PROVEN],
    async (g) => {
      const { id } = await givenExpired(g);
      await tamper(g, "checks", (sql) => sql`delete from checks where verification_id = ${id} and kind = 'log'`);
      return id;
    },
  ],
  [
    "a session that somebody ended by hand",
    [PROVEN, WAYS, EVENTS],
    async (g) => {
      const { id } = await g.start();
      await g.db.sql`update verifications set status = 'passed', version = version + 1, passed = true, sub_code = '200',
        outcome_source = 'check_result' where id = ${id}`;
      return id;
    },
  ],
  [
    "a session that was reopened",
    [WAYS],
    async (g) => {
      const { id } = await givenPassed(g);
      await tamper(
        g,
        "verifications",
        (sql) => sql`update verifications set status = 'claimed', passed = null, sub_code = null,
          expires_at = ${new Date(g.now().getTime() + 60_000).toISOString()} where id = ${id}`,
      );
      return id;
    },
  ],
  [
    "a session that ended twice",
    [WAYS, EVENTS],
    async (g) => {
      const { id, version } = await givenPassed(g);
      await g.db.sql`update verifications set version = version + 1 where id = ${id}`;
      await g.db.sql`
        insert into transitions (verification_id, version, from_status, to_status, cause, check_id, actor, at)
        select verification_id, ${version + 1}, from_status, to_status, cause, check_id, actor, at from transitions
        where verification_id = ${id} and to_status = 'passed'`;
      return id;
    },
  ],
  [
    "a move that is not legal",
    [WAYS, EVENTS],
    async (g) => {
      const { id, version } = await givenPassed(g);
      await g.db.sql`update verifications set version = version + 1 where id = ${id}`;
      await g.db.sql`
        insert into transitions (verification_id, version, from_status, to_status, cause, check_id, actor, at)
        select verification_id, ${version + 1}, 'passed', 'passed', cause, check_id, actor, at from transitions
        where verification_id = ${id} and to_status = 'passed'`;
      return id;
    },
  ],
  [
    "a missing move",
    [WAYS],
    async (g) => {
      const { id } = await givenPassed(g);
      await tamper(
        g,
        "transitions",
        (sql) => sql`delete from transitions where verification_id = ${id} and to_status = 'awaiting'`,
      );
      return id;
    },
  ],
  [
    "a session whose end nobody was told of",
    [EVENTS],
    async (g) => {
      const { id } = await givenPassed(g);
      await tamper(
        g,
        "events",
        (sql) => sql`delete from events where subject_id = ${id} and type = 'verification.passed'`,
      );
      return id;
    },
  ],
  [
    "a session whose beginning nobody was told of",
    [EVENTS],
    async (g) => {
      const { id } = await givenPassed(g);
      await tamper(
        g,
        "events",
        (sql) => sql`delete from events where subject_id = ${id} and type = 'verification.started'`,
      );
      return id;
    },
  ],
  [
    "a session whose end was told as another",
    [EVENTS],
    async (g) => {
      const { id } = await givenPassed(g);
      await tamper(
        g,
        "events",
        (sql) => sql`update events set type = 'verification.failed' where subject_id = ${id} and type like '%.passed'`,
      );
      return id;
    },
  ],
  [
    "an end that is held back although its doubt was closed",
    [EVENTS],
    async (g) => {
      const started = await g.start();
      await g.told(started, NO);
      await g.asked(started, { checkResult: [saysYes] });
      expect(await brokenBy(g)).toEqual({});
      await g.db.sql`update discrepancies set closed_at = now(), closed_by = 'ann', closing_reason = 'by hand'`;
      return started.id;
    },
  ],
  [
    "a receipt that left the inbox undecided",
    [RECEIPTS],
    async (g) => {
      const receiptId = await g.receive(await g.start(), YES);
      await g.db.sql`delete from receipt_inbox where receipt_id = ${receiptId}`;
      return receiptId;
    },
  ],
  [
    "a receipt about nothing, of which nobody was told",
    [RECEIPTS],
    async (g) => {
      const receiptId = await g.told({ ...(await g.start()), id: g.newId() }, YES, "hks-nobody's");
      await g.db.sql`delete from alerts`;
      await g.db.sql`delete from discrepancies`;
      return receiptId;
    },
  ],
  [
    "a batch of callbacks that nobody took",
    [BATCHES],
    async (g) => {
      const id = "00000000-0000-7000-8000-000000000001";
      await insertReceiptBatch(g.db, { id, packed: "packed", claims: 1, dueAt: g.now() });
      return id;
    },
  ],
  [
    "a discrepancy without its alert",
    [ALERTS],
    async (g) => {
      await g.told(await givenPassed(g), YES, "somebody else's");
      const [alert] = await g.db.sql<{ id: string }[]>`delete from alerts returning discrepancy_id as id`;
      return alert?.id ?? "none";
    },
  ],
  [
    "more questions in a second than allowed",
    [QUOTA],
    async (g) => {
      await setCallLimit(g.db, { route: "default", product: "FACE_VERIFY", operation: "CheckResult" }, 2);
      for (const pause of [0, 0.5, 0.499]) {
        g.pass(pause);
        await givenPassed(g);
      }
      const [last] = await g.db.sql<{ id: string }[]>`select id from checks order by asked_at desc limit 1`;
      return last?.id ?? "none";
    },
  ],
];

test.each(damages)("%s is found and named", async (_, breaks, damage) => {
  const g = await given();
  await givenPassed(g);
  expect(await brokenBy(g)).toEqual({});
  g.pass(1);
  const id = await damage(g);
  expect(await brokenBy(g)).toEqual(Object.fromEntries(breaks.map((name) => [name, [id]])));
});

describe("an open verification", () => {
  /** Whether it is past its time, and how many the provider holds back. */
  const overdue = async ({ check }: Given, when: string, { at }: Given, tolerance = 300) => {
    at(`2026-03-01T${when}Z`);
    const [first] = await check({ tolerance });
    return first && { name: first.name, count: first.count, heldBack: first.heldBack, examples: first.examples };
  };

  test("is past its time when nobody has settled it so long after its deadline", async () => {
    const g = await given();
    const { id } = await g.start();
    const fine = { name: OPEN, count: 0, heldBack: 0, examples: [] };
    expect(await overdue(g, "10:37:00.000", g)).toEqual(fine);
    expect(await overdue(g, "10:37:00.001", g)).toEqual({ ...fine, count: 1, examples: [id] });
    expect(await overdue(g, "10:37:00.001", g, 301)).toEqual(fine);
  });

  test("is held back while its breaker blocks calls, as long as somebody tries them", async () => {
    const g = await given();
    const { id } = await g.start();
    await g.db.sql`
      insert into breakers (route, product, operation, state, troubles, blocked_until, code, changed_at)
      values ('default', 'FACE_VERIFY', 'CheckResult', 'parked', 1, '2026-03-01T11:00:00Z', 'Forbidden.RAM', now())`;
    expect(await overdue(g, "11:04:00.000", g)).toMatchObject({ count: 0, heldBack: 1, examples: [] });
    expect(await overdue(g, "11:05:01.000", g)).toMatchObject({ count: 1, heldBack: 0, examples: [id] });
    await g.db.sql`update breakers set state = 'closed', blocked_until = '2026-03-01T12:00:00Z'`;
    expect(await overdue(g, "11:04:00.000", g)).toMatchObject({ count: 1, heldBack: 0, examples: [id] });
  });

  test("is held back while the provider is asked and does not tell how it ended", async () => {
    const g = await given();
    const started = await g.start();
    const unclear = { checkResult: [pending], checkVerifyLog: [ok({ verifyStatus: "0" })] };
    g.at("2026-03-01T10:37:00.000Z");
    const { nextCheckAt } = await g.asked(started, unclear);
    expect(nextCheckAt?.toISOString()).toBe("2026-03-01T10:42:00.000Z");
    expect(await overdue(g, "10:47:00.000", g)).toMatchObject({ count: 0, heldBack: 1 });
    expect(await overdue(g, "10:47:00.001", g)).toMatchObject({ count: 1, heldBack: 0 });
  });
});

test("a batch that was given up is accounted for, until it was put back and left lying again", async () => {
  const g = await given();
  const id = "00000000-0000-7000-8000-000000000001";
  await insertReceiptBatch(g.db, { id, packed: "damaged", claims: 1, dueAt: g.now() });
  await giveUpBatch(g.deps, id, new Error("damaged"));
  expect(await brokenBy(g)).toEqual({});
  await g.db.sql`update given_up_work set redriven_by = 'anna', redriven_at = ${g.now().toISOString()}`;
  expect(await brokenBy(g)).toEqual({});
  g.pass(301);
  expect(await brokenBy(g)).toEqual({ [BATCHES]: [id] });
});

test("sessions begun before the time it is asked about are left out, open ones never are", async () => {
  const g = await given();
  const { id } = await givenPassed(g);
  await tamper(g, "checks", (sql) => sql`delete from checks where verification_id = ${id}`);
  const begun = (ms: number) => ({ since: new Date(Date.now() + ms) });
  expect(await brokenBy(g, begun(-60_000))).toEqual({ [PROVEN]: [id] });
  expect(await brokenBy(g, begun(60_000))).toEqual({});
  const open = await g.start();
  g.pass(3_600);
  expect(await brokenBy(g, begun(60_000))).toEqual({ [OPEN]: [open.id] });
});

test("what happened before events were last deleted for their age needs none any more", async () => {
  const g = await given();
  await givenPassed(g);
  const later = new Date(g.now().getTime() + 1);
  await until(async () => {
    await forgetEvents(g.db, later, 100);
    return (await g.db.sql`select from events`).length === 0;
  });
  expect(await brokenBy(g)).toEqual({});
  g.pass(1);
  const { id } = await givenPassed(g);
  expect(await brokenBy(g)).toEqual({});
  await tamper(g, "events", (sql) => sql`delete from events where subject_id = ${id}`);
  expect(await brokenBy(g)).toEqual({ [EVENTS]: [id] });
});

test("all are counted, and ten are named", async () => {
  const g = await given();
  const ids: string[] = [];
  for (let count = 0; count < 12; count++) {
    ids.push((await givenVerification(g.db, { createdAt: new Date("2026-03-01T08:00:00.000Z") })).id);
  }
  const [open] = await g.check({ limit: 50 });
  expect(open).toMatchObject({ holds: false, count: 12, examples: ids.toSorted().slice(0, 10) });
  expect((await g.check({ limit: 1 }))[0]?.examples).toEqual(ids.toSorted().slice(0, 1));
});

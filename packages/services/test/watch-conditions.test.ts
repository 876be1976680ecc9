import { randomUUIDv7 } from "node:crypto";
import { addRefusals, listAlerts, moveBreaker, raiseAlert, recordGivenUp } from "@verdict/db";
import { CLOSED, DEFAULT_ALERT_RULES } from "@verdict/domain";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { beatHeart } from "../src/beat-heart.ts";
import { watchConditions } from "../src/watch-conditions.ts";
import { setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

let route: string;
let raised: string[];
beforeEach(() => {
  // Each test has a route and a day of its own.
  s.pass(86_400);
  route = randomUUIDv7().slice(-12);
  raised = [];
});

const look = (holder = randomUUIDv7(), changes: Partial<Parameters<typeof watchConditions>[0]> = {}) =>
  watchConditions({
    ...s.deps,
    ...{ holder, routes: [route], rules: DEFAULT_ALERT_RULES, onAlert: (alert) => void raised.push(alert.rule) },
    ...changes,
  });
/** Whoever held the duty before is dead by now. */
const lookLater = async (seconds: number) => {
  s.pass(seconds);
  expect(await look()).toBe(true);
};
const alertsOn = (where = route) => listAlerts(s.db, { route: where }, { limit: 100 });

const givenEnded = async (count: number, wanted: Parameters<typeof givenVerification>[1]) => {
  for (let nth = 0; nth < count; nth++) {
    const ended = { outcomeSource: "check_result", confirmedAt: s.now(), nextCheckAt: null } as const;
    await givenVerification(s.db, { route, createdAt: s.now(), ...ended, ...wanted });
  }
};

test("a user who fails five times raises one alert, which is over when that was long ago", async () => {
  await givenEnded(5, { status: "failed" });
  await lookLater(30);
  await lookLater(30);
  expect(await alertsOn()).toMatchObject([{ rule: "user_burst", status: "open", subject: "0".repeat(32) }]);
  await lookLater(600);
  expect(await alertsOn()).toMatchObject([{ rule: "user_burst", status: "resolved", resolution: "Over by itself" }]);
  expect(raised).toEqual(["user_burst"]);
  const events = await s.db.sql`
    select type from events where subject_id = (select id from alerts where route = ${route}) order by version`;
  expect(events.map(({ type }) => type)).toEqual(["alert.opened", "alert.resolved"]);
});

test("failures of one scene raise an alert that names it", async () => {
  const rules = { ...DEFAULT_ALERT_RULES, scene_burst: { ...DEFAULT_ALERT_RULES.scene_burst, failures: 4 } };
  await givenEnded(4, { status: "failed", sceneCode: "loan" });
  await givenEnded(4, { status: "passed", sceneCode: "card" });
  s.pass(30);
  await look(randomUUIDv7(), { rules });
  expect(await alertsOn()).toMatchObject([
    { rule: "scene_burst", subject: "loan", groupKey: `scene_burst/${route}/loan` },
  ]);
});

test("forged callbacks in numbers raise an alert until they stop", async () => {
  const at = s.now();
  const hour = new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000);
  const wave = { hour, route, reason: "token_forged", source: "203.0.113.0/24", times: 250, firstAt: at, lastAt: at };
  await addRefusals(s.db, [wave]);
  await lookLater(30);
  expect(await alertsOn()).toMatchObject([{ rule: "forgery_wave", status: "open" }]);
  await lookLater(600);
  expect(await alertsOn()).toMatchObject([{ rule: "forgery_wave", status: "resolved" }]);
});

describe("callback silence", () => {
  test("is measured by the route's own history, and that stays what it was while it lasts", async () => {
    // Where one user is all there is, his failures would be another alert.
    await givenEnded(160, { status: "passed", claimedAt: s.now(), claimPassed: true, claimSubCode: "200" });
    await lookLater(1_800);
    expect(await alertsOn()).toEqual([]);
    await givenEnded(12, { status: "passed" });
    await lookLater(30);
    expect(await alertsOn()).toMatchObject([{ rule: "callback_silence", status: "open" }]);
    await givenEnded(200, { status: "passed" });
    await lookLater(30);
    expect(await alertsOn()).toMatchObject([{ rule: "callback_silence", status: "open" }]);
    s.pass(60);
    await givenEnded(100, { status: "passed", claimedAt: s.now(), claimPassed: true, claimSubCode: "200" });
    await lookLater(30);
    expect(await alertsOn()).toMatchObject([{ rule: "callback_silence", status: "resolved" }]);
  });
});

test("given-up work raises an alert until it is put back", async () => {
  const id = randomUUIDv7();
  const job = { queue: "receipts.reconcile", payload: {} };
  await recordGivenUp(s.db, { id, kind: "job", reference: id, reason: "broken", job, at: s.now() });
  await lookLater(30);
  const open = await listAlerts(s.db, { rule: "dead_letters" }, { limit: 1 });
  expect(open).toMatchObject([{ route: "-", status: "open", detail: "Given up: 1 of kind job" }]);
  await s.db.sql`update given_up_work set redriven_at = now(), redriven_by = 'ann' where id = ${id}`;
  await lookLater(30);
  expect(await listAlerts(s.db, { rule: "dead_letters" }, { limit: 1 })).toMatchObject([{ status: "resolved" }]);
});

test("a parked route is over with the first answer", async () => {
  const budget = { route, product: "FACE_VERIFY", operation: "CheckResult" } as const;
  const parked = { ...CLOSED, state: "parked", code: "Forbidden.RAM" } as const;
  await moveBreaker(s.db, budget, CLOSED, () => parked, s.now());
  await lookLater(30);
  expect(await alertsOn()).toMatchObject([{ rule: "route_parked", status: "open" }]);
  await moveBreaker(s.db, budget, CLOSED, () => CLOSED, s.now());
  await lookLater(30);
  expect(await alertsOn()).toMatchObject([{ rule: "route_parked", status: "resolved" }]);
});

test("an alert that was raised while somebody looked is not over", async () => {
  const at = new Date(s.now().getTime() + 31_000);
  const about = { rule: "route_parked", severity: "critical", route, verificationId: null } as const;
  await raiseAlert(s.db, { id: randomUUIDv7(), ...about, detail: "refused", at });
  await lookLater(30);
  expect(await alertsOn()).toMatchObject([{ status: "open" }]);
});

test("a cliff is over when its session has ended", async () => {
  const verification = await givenVerification(s.db, { route, status: "awaiting", nextCheckAt: null });
  const about = { rule: "retention_cliff", severity: "critical", route, verificationId: verification.id } as const;
  await raiseAlert(s.db, { id: randomUUIDv7(), ...about, detail: "No result yet", at: s.now() });
  await lookLater(30);
  expect(await alertsOn()).toMatchObject([{ status: "open" }]);
  await s.voidNow(verification);
  await lookLater(30);
  expect(await alertsOn()).toMatchObject([{ status: "resolved", resolution: "The session is voided" }]);
});

test("questions that nobody asks, and more than the quota lets through, raise an alert each", async () => {
  const due = s.now();
  for (let nth = 0; nth < 3; nth++) await givenVerification(s.db, { route, createdAt: due, nextCheckAt: due });
  await lookLater(125);
  expect(await alertsOn()).toMatchObject([{ rule: "backlog", subject: "FACE_VERIFY" }]);
  await s.db.sql`insert into call_slots (route, product, operation, slot, free_at)
    values (${route}, 'FACE_VERIFY', 'CheckResult', 0, now())`;
  const rules = { ...DEFAULT_ALERT_RULES, quota_saturation: { ...DEFAULT_ALERT_RULES.quota_saturation, drain: 3 } };
  s.pass(30);
  await look(randomUUIDv7(), { rules });
  expect((await alertsOn()).map(({ rule }) => rule)).toEqual(["quota_saturation", "backlog"]);
  await s.db.sql`update verifications set next_check_at = null, version = version + 1 where route = ${route}`;
});

test("one of several watches, and another one takes over when it is gone", async () => {
  const [ann, bob] = [randomUUIDv7(), randomUUIDv7()];
  s.pass(60);
  const first = await Promise.all([look(ann), look(bob)]);
  expect(first.filter(Boolean)).toHaveLength(1);
  const [one, other] = first[0] ? [ann, bob] : [bob, ann];
  s.pass(10);
  expect([await look(one), await look(other)]).toEqual([true, false]);
  s.pass(21);
  expect([await look(other), await look(one)]).toEqual([true, false]);
});

describe("the heartbeat", () => {
  const beats: Date[] = [];
  const heart = (holder = "00000000-0000-7000-8000-000000000001", beat = async () => void beats.push(s.now())) =>
    beatHeart({ ...s.deps, holder, everyMs: 60_000, beat });
  beforeEach(async () => {
    beats.length = 0;
    await s.db.sql`update alert_groups set due_at = null`;
    await s.db.sql`update notifications set state = 'dead', next_attempt_at = null where state = 'pending'`;
    await s.db.sql`delete from duties`;
    await look();
    await s.db.sql`update alert_groups set due_at = null`;
  });

  test("comes once a period, from one process", async () => {
    const [first, second] = [randomUUIDv7(), randomUUIDv7()];
    const kinds = [await heart(first), await heart(first), await heart(second)].map(({ kind }) => kind);
    expect(kinds).toEqual(["beaten", "not_now", "not_now"]);
    s.pass(60);
    await look();
    expect((await heart(first)).kind).toBe("beaten");
    expect(beats).toHaveLength(2);
  });

  test("is withheld while alerts are not told", async () => {
    await raiseAlert(s.db, {
      ...{ id: randomUUIDv7(), rule: "liveness_attack", severity: "critical", route, verificationId: randomUUIDv7() },
      ...{ detail: "205", at: new Date(s.now().getTime() - 61_000) },
    });
    expect(await heart()).toEqual({ kind: "withheld", why: "alerts_untold" });
    expect(beats).toEqual([]);
  });

  test("is withheld when nobody looks at what goes on", async () => {
    s.pass(61);
    expect(await heart()).toEqual({ kind: "withheld", why: "conditions_unwatched" });
  });

  test("that did not arrive is sent again", async () => {
    await expect(heart(undefined, () => Promise.reject(new Error("away")))).rejects.toThrow("away");
    expect((await heart()).kind).toBe("beaten");
  });
});

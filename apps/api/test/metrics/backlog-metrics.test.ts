import { randomUUIDv7 } from "node:crypto";
import { readBacklog, setCallLimit } from "@verdict/db";
import { createMetrics } from "@verdict/runtime";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addBacklogMetrics } from "../../src/metrics/backlog-metrics.ts";
import { setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const NOW = new Date("2026-03-01T10:45:00.000Z");
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);
const empty = {
  ...{ due: [], open: [], oldestOpenAt: null, budgets: [], breakers: [], inboxReceipts: 0 },
  countsStaleSince: null,
  deliveries: { pending: 0, oldestAt: null, waiting: 0, givenUp: 0, behind: 0 },
};

/** The metrics of an API that reads the backlog like this, and the samples of its page. */
function givenMetrics(read: Parameters<typeof addBacklogMetrics>[1]["read"], limitMs = 50) {
  let clock = 0;
  const metrics = createMetrics("api");
  addBacklogMetrics(metrics, { read, now: () => NOW, limitMs, clock: () => clock });
  const app = s.apiWith({ metrics });
  return {
    pass: (ms: number) => {
      clock += ms;
    },
    async samples(): Promise<Record<string, number>> {
      const page = await app.request("/metrics");
      expect(page.status).toBe(200);
      const text = await page.text();
      expect(text).toContain("process_cpu_seconds_total");
      const lines = text.split("\n").filter((line) => /^verdict_(?!api_)/.test(line));
      return Object.fromEntries(
        lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
      );
    },
  };
}

test("the page tells what is due and open, how long it takes and whether calls are held back", async () => {
  const begun = { createdAt: minutes(-40), expiresAt: minutes(-10) };
  const claimed = { ...begun, status: "claimed", claimPassed: true, claimSubCode: "200" } as const;
  await givenVerification(s.db, { ...claimed, nextCheckAt: NOW });
  await givenVerification(s.db, { ...claimed, nextCheckAt: minutes(-1) });
  await givenVerification(s.db, { ...begun, nextCheckAt: minutes(-5) });
  await givenVerification(s.db, { createdAt: minutes(-5), nextCheckAt: minutes(-1) });
  await givenVerification(s.db, { createdAt: minutes(-5), nextCheckAt: minutes(1) });
  await givenVerification(s.db, { createdAt: minutes(-90), status: "passed", nextCheckAt: null });
  await givenVerification(s.db, { route: "east", product: "ID_OCR", createdAt: minutes(-1), nextCheckAt: minutes(1) });
  await setCallLimit(s.db, { route: "default", product: "FACE_VERIFY", operation: "CheckResult" }, 5);
  await setCallLimit(s.db, { route: "default", product: "FACE_VERIFY", operation: "CheckVerifyLog" }, 2);
  await s.db.sql`
    insert into breakers (route, product, operation, state, troubles, blocked_until, code, changed_at)
    values ('default', 'FACE_VERIFY', 'CheckResult', 'open', 3, ${NOW.toISOString()}, 'Timeout', ${NOW.toISOString()})`;
  await s.db.sql`insert into receipt_inbox (receipt_id, due_at) values (gen_random_uuid(), ${NOW.toISOString()})`;

  for (const [state, waiting] of [
    ["active", "pending"],
    ["active", "given_up"],
    ["disabled", "pending"],
  ] as const) {
    const [id, why] = [randomUUIDv7(), state === "disabled" ? "person" : null];
    const ended = waiting === "pending" ? null : NOW.toISOString();
    const due = waiting === "pending" ? NOW.toISOString() : null;
    await s.db.sql`
      insert into endpoints (id, name, url, state, disabled_why, disabled_at, secret, created_by, created_at, updated_at)
      values (${id}, ${id}, 'https://example.com/', ${state}, ${why}, ${why && NOW.toISOString()}, '', 'ann', now(), now())`;
    await s.db.sql`
      insert into deliveries (id, endpoint_id, event_id, type, route, state, next_attempt_at, created_at, ended_at)
      values (gen_random_uuid(), ${id}, gen_random_uuid(), 'alert.opened', 'default', ${waiting}, ${due},
        ${minutes(-7).toISOString()}, ${ended})`;
  }

  await s.db.sql`update stale_hours set since = ${minutes(-3).toISOString()}`;

  const samples = await givenMetrics(() => readBacklog(s.db, NOW), 20_000).samples();
  const face = 'route="default",product="FACE_VERIFY"';
  const east = 'route="east",product="ID_OCR"';
  const told = (name: string, labels = "") => samples[`${name}{${labels}${labels && ","}app="api"}`];
  const each = (name: string, line: string, label: string, values: readonly string[]) =>
    values.map((value) => told(name, `${line},${label}="${value}"`));
  const lanes = ["fresh", "expiring", "poll", "backfill"];
  const statuses = ["initializing", "awaiting", "claimed"];
  const states = ["closed", "open", "half_open", "parked"];

  expect(each("verdict_due_checks", face, "lane", lanes)).toEqual([2, 1, 1, 0]);
  expect(each("verdict_due_checks", east, "lane", lanes)).toEqual([0, 0, 0, 0]);
  expect(each("verdict_open_verifications", face, "status", statuses)).toEqual([0, 3, 2]);
  expect(each("verdict_open_verifications", east, "status", statuses)).toEqual([0, 1, 0]);
  expect(told("verdict_oldest_open_seconds")).toBe(40 * 60);
  expect(told("verdict_backlog_drain_seconds", face)).toBe(4 / 5);
  expect(told("verdict_backlog_drain_seconds", east)).toBe(0);
  expect(each("verdict_breaker_state", face, "state", states)).toEqual([0, 1, 0, 0]);
  expect(each("verdict_breaker_state", east, "state", states)).toEqual([1, 0, 0, 0]);
  expect(told("verdict_inbox_receipts")).toBe(1);
  expect(told("verdict_statistics_lag_seconds")).toBe(3 * 60);
  for (const state of ["pending", "waiting", "given_up"]) {
    expect(told("verdict_undelivered_events", `state="${state}"`)).toBe(1);
  }
  expect(told("verdict_oldest_undelivered_seconds")).toBe(7 * 60);
});

test("many pages are one reading, and what is gone is no longer told", async () => {
  let readings = 0;
  const line = { route: "default", product: "ID_OCR" } as const;
  const metrics = givenMetrics(async () =>
    ++readings === 1 ? { ...empty, open: [{ ...line, status: "awaiting", count: 3 }] } : empty,
  );
  const open = 'verdict_open_verifications{route="default",product="ID_OCR",status="awaiting",app="api"}';
  const pages = await Promise.all([metrics.samples(), metrics.samples(), metrics.samples()]);
  metrics.pass(4_999);
  pages.push(await metrics.samples());
  expect(pages.map((samples) => samples[open])).toEqual([3, 3, 3, 3]);
  expect(readings).toBe(1);
  metrics.pass(1);
  expect(await metrics.samples()).toEqual({
    'verdict_oldest_open_seconds{app="api"}': 0,
    'verdict_inbox_receipts{app="api"}': 0,
    'verdict_undelivered_events{state="behind",app="api"}': 0,
    'verdict_undelivered_events{state="pending",app="api"}': 0,
    'verdict_undelivered_events{state="waiting",app="api"}': 0,
    'verdict_undelivered_events{state="given_up",app="api"}': 0,
    'verdict_oldest_undelivered_seconds{app="api"}': 0,
    'verdict_statistics_lag_seconds{app="api"}': 0,
  });
  expect(readings).toBe(2);
});

test.each([
  { database: "fails", answer: () => Promise.reject(new Error("no")) },
  { database: "hangs", answer: () => new Promise<never>(() => {}) },
])("a database that $database leaves them out and breaks nothing else", async ({ answer }) => {
  let asked = 0;
  const metrics = givenMetrics(() => (++asked === 1 ? Promise.resolve({ ...empty, inboxReceipts: 7 }) : answer()));
  expect((await metrics.samples())['verdict_inbox_receipts{app="api"}']).toBe(7);
  metrics.pass(5_000);
  expect(await metrics.samples()).toEqual({});
  expect(await metrics.samples()).toEqual({});
  expect(asked).toBe(2);
});

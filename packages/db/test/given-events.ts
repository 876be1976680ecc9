import { randomUUIDv7 } from "node:crypto";
import { alertOnDiscrepancy, type Discrepancy } from "@verdict/domain";
import { until } from "@verdict/testkit";
import {
  type Change,
  type Db,
  type FeedEvent,
  type FeedFilter,
  type FeedPlace,
  type MutableState,
  type NewDiscrepancy,
  type NewTransition,
  raiseAlert,
  readFeed,
  type Settlement,
  settle,
  type Verification,
} from "../src/index.ts";

export const AT = new Date("2026-03-01T12:00:00.123Z");

export const NOTHING: Settlement = { changes: [], transitions: [], discrepancies: [], checks: [], receipts: [] };

const RESULTS: Partial<Record<Verification["status"], Partial<MutableState>>> = {
  claimed: { claimPassed: true, claimSubCode: "200" },
  passed: { passed: true, subCode: "200", outcomeSource: "check_result" },
  failed: { passed: false, subCode: "204", outcomeSource: "check_result" },
};

/** What takes a verification to a status. */
export function moveTo(held: Verification, to: Verification["status"]): Pick<Settlement, "changes" | "transitions"> {
  const version = held.version + 1;
  const state = { ...held, ...RESULTS[to], status: to };
  const change: Change = { id: held.id, from: held.version, version, state, endsAsking: true };
  const grounds = { cause: "a test", receiptId: null, checkId: null, actor: "worker", at: AT };
  const transition: NewTransition = { verificationId: held.id, version, from: held.status, to, ...grounds };
  return { changes: [change], transitions: [transition] };
}

export const move = (db: Db, held: Verification, to: Verification["status"], more: Partial<Settlement> = {}) =>
  settle(db, { ...NOTHING, ...moveTo(held, to), ...more }, AT);

export const discrepancyOf = (
  { id, route }: Pick<Verification, "id" | "route">,
  type: Discrepancy,
): NewDiscrepancy => ({
  ...{ id: randomUUIDv7(), type, route, verificationId: id, receiptId: null, checkId: null, openedAt: AT },
  alert: { id: randomUUIDv7(), ...alertOnDiscrepancy(type) },
});

/** Puts one event on record: that of an alert about a route. Its id is the event's subject. */
export async function givenEvent(db: Db, { route = "default", at = AT }: { route?: string; at?: Date } = {}) {
  const id = randomUUIDv7();
  // Only one alert of a rule is open on a route at a time.
  const rule = `a test ${id}`;
  await raiseAlert(db, { id, rule, severity: "warning", route, verificationId: null, detail: "a test", at });
  return id;
}

/** What there is to read now, in pages of that size, and where to go on. */
export async function readAll(db: Db, after?: FeedPlace, filter: FeedFilter = {}, limit = 100) {
  const events: FeedEvent[] = [];
  let next = after;
  for (;;) {
    const read = await readFeed(db, filter, { after: next, limit });
    if (read.kind !== "read") throw new Error(`The place is ${read.kind}.`);
    events.push(...read.events);
    next = read.next;
    if (!read.more) return { events, next, pending: read.pending };
  }
}

/** The same, once nothing is on its way to the feed: other tests write on the same server. */
export async function readQuiet(db: Db, after?: FeedPlace, filter?: FeedFilter, limit?: number) {
  await until(async () => !(await readAll(db, after, filter)).pending);
  return readAll(db, after, filter, limit);
}

/** Until a connection to this database waits for a lock. */
export const untilSomebodyWaits = (db: Db) =>
  until(async () => {
    const waiting = await db.sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return waiting.length > 0;
  });

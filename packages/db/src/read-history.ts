import type { Claim, Ending, GivenUpCount, Product, RefusedCount, Result } from "@verdict/domain";
import type { Db } from "./database.ts";
import { firstIdAt } from "./first-id-at.ts";
import { readInstant, readInstantOrNull } from "./read-instant.ts";

/** Both in the past; `to` is not part of it. */
export type Span = { from: Date; to: Date };

/** No session moves so long after it began: the provider keeps results for 30 days. */
const LONGEST_SESSION_MS = 31 * 86_400_000;

const sessionsFrom = ({ from }: Span): string => firstIdAt(new Date(from.getTime() - LONGEST_SESSION_MS));
const within = ({ sql }: Db, column: string, { from, to }: Span) =>
  sql`${sql.unsafe(column)} >= ${from.toISOString()}::timestamptz and ${sql.unsafe(column)} < ${to.toISOString()}::timestamptz`;

/** A claim or a confirmed result as it came, with its session. */
export type PastTelling = {
  at: Date;
  verificationId: string;
  route: string;
  product: Product;
  securityLevel: string | null;
  claim: Claim | null;
  result: Result | null;
};

/** What callbacks and the provider have said, by the moves they caused, oldest first. */
export async function readTellings(db: Db, span: Span): Promise<PastTelling[]> {
  const rows = await db.sql<
    (Omit<PastTelling, "claim" | "result"> & {
      to: string;
      ours: Result | null;
      theirs: Result | null;
      claim: Claim | null;
    })[]
  >`
    select t.at, v.id as "verificationId", v.route, v.product, v.security_level as "securityLevel", t.to_status as "to",
      case when r.id is not null then json_build_object('passed', r.passed, 'subCode', r.sub_code) end as theirs,
      case when c.id is not null then json_build_object('passed', c.passed, 'subCode', c.sub_code) end as ours,
      case when v.claim_passed is not null
        then json_build_object('passed', v.claim_passed, 'subCode', v.claim_sub_code) end as claim
    from transitions t join verifications v on v.id = t.verification_id
      left join receipts r on r.id = t.receipt_id left join checks c on c.id = t.check_id
    where t.verification_id >= ${sessionsFrom(span)}::uuid and ${within(db, "t.at", span)}
      and t.to_status in ('claimed', 'passed', 'failed')
    order by t.at, t.verification_id, t.version`;
  return rows.map(({ to, ours, theirs, claim, ...row }) => ({
    ...row,
    at: readInstant(row.at),
    claim: to === "claimed" ? (theirs as Claim | null) : claim,
    result: to === "claimed" ? null : ours,
  }));
}

/** A confirmed result, and whether its session had a callback. */
export type PastEnding = Ending & { withCallback: boolean; byCheck: boolean };

/** Confirmed results, oldest first. */
export async function readEndings(db: Db, span: Span): Promise<PastEnding[]> {
  const rows = await db.sql<PastEnding[]>`
    select v.route, v.merchant_user_hash as "userHash", v.scene_code as "sceneCode", v.status = 'failed' as failed,
      v.confirmed_at as at, v.claimed_at is not null as "withCallback", v.outcome_source = 'check_result' as "byCheck"
    from verifications v
    where v.id >= ${sessionsFrom(span)}::uuid and v.status in ('passed', 'failed') and ${within(db, "v.confirmed_at", span)}
    order by v.confirmed_at, v.id`;
  return rows.map((row) => ({ ...row, at: readInstant(row.at) }));
}

export async function readRefusedHours(db: Db, { from, to }: Span): Promise<RefusedCount[][]> {
  const rows = await db.sql<(RefusedCount & { hour: string })[]>`
    select hour, route, reason, source, times::float8 as times, last_at as "lastAt" from refusals
    where hour > ${from.toISOString()}::timestamptz - interval '1 hour' and hour < ${to.toISOString()}::timestamptz
    order by hour`;
  const counts = rows.map((row) => ({ ...row, lastAt: readInstant(row.lastAt) }));
  return [...Map.groupBy(counts, ({ hour }) => hour).values()];
}

export async function readGivenUpHistory(
  db: Db,
  span: Span,
): Promise<(Omit<GivenUpCount, "count"> & { at: Date; endedAt: Date | null })[]> {
  const rows = await db.sql<(Omit<GivenUpCount, "count"> & { at: Date; endedAt: Date | null })[]>`
    select route, kind, last_at as at, redriven_at as "endedAt" from given_up_work
    where last_at < ${span.to.toISOString()}::timestamptz
      and (redriven_at is null or redriven_at >= ${span.from.toISOString()}::timestamptz)
    order by last_at, id`;
  return rows.map((row) => ({ ...row, at: readInstant(row.at), endedAt: readInstantOrNull(row.endedAt) }));
}

export async function readDiscrepancies(
  db: Db,
  type: string,
  span: Span,
): Promise<{ at: Date; route: string; verificationId: string }[]> {
  const rows = await db.sql<{ at: Date; route: string; verificationId: string }[]>`
    select opened_at as at, route, verification_id as "verificationId" from discrepancies
    where type = ${type} and ${within(db, "opened_at", span)} order by opened_at, id`;
  return rows.map((row) => ({ ...row, at: readInstant(row.at) }));
}

/** Sessions that had no result yet when so many seconds had passed since their window, within the span. */
export async function readCliffs(
  db: Db,
  { from, to }: Span,
  seconds: number,
): Promise<{ at: Date; route: string; verificationId: string }[]> {
  const rows = await db.sql<{ at: Date; route: string; verificationId: string }[]>`
    select expires_at + ${seconds}::int * interval '1 second' as at, route, id as "verificationId" from verifications
    where expires_at >= ${from.toISOString()}::timestamptz - ${seconds}::int * interval '1 second'
      and expires_at < ${to.toISOString()}::timestamptz - ${seconds}::int * interval '1 second'
      and (status in ('initializing', 'awaiting', 'claimed') or (status = 'expired' and claim_passed is not null)
        or confirmed_at >= expires_at + ${seconds}::int * interval '1 second')
    order by expires_at, id`;
  return rows.map((row) => ({ ...row, at: readInstant(row.at) }));
}

import { alertGroupKey, CONDITION_RULES, type Condition, DEFAULT_POLICY } from "@verdict/domain";
import type { Db } from "./database.ts";
import type { RaisedAlert } from "./settlement.ts";
import { storableJson } from "./storable-json.ts";
import { alertEvents, writeEvents } from "./write-events.ts";

/** A condition with the alert it opens, should none be open. */
export type FoundCondition = Condition & { id: string };

/**
 * Opens an alert for every condition that has none, and resolves those whose condition is over, in one statement. `seenAt` is
 * when was looked: an alert that somebody has raised since then is not over.
 */
export async function applyConditions(
  { sql }: Db,
  found: readonly FoundCondition[],
  seenAt: Date,
): Promise<{ raised: RaisedAlert[]; ended: number }> {
  const at = seenAt.toISOString();
  const rows = found.map((one) => ({ ...one, groupKey: alertGroupKey(one) }));
  const [written] = await sql<[{ raised: RaisedAlert[]; ended: number }]>`
    with found as (
      select * from json_to_recordset(${storableJson(rows)}::text::json) as f(
        "id" uuid, "rule" text, "severity" text, "route" text, "subject" text, "detail" text, "groupKey" text)
    ), raised as (
      insert into alerts (id, rule, severity, route, subject, detail, group_key, opened_at)
      select id, rule, severity, route, subject, detail, "groupKey", ${at}::timestamptz from found order by "groupKey"
      on conflict do nothing
      returning *
    ), ended as (
      update alerts a
      set status = 'resolved', resolved_at = ${at}::timestamptz, resolved_by = 'verdict', resolution = 'Over by itself'
      where a.rule = any(${[...CONDITION_RULES]}::text[]) and a.status <> 'resolved' and a.opened_at < ${at}::timestamptz
        and not exists (select from found f
          where f.rule = a.rule and f.route = a.route and f.subject is not distinct from a.subject)
      returning a.*
    ), ${writeEvents(sql, alertEvents(sql, sql`raised`), alertEvents(sql, sql`ended`))}
    select (select count(*) from rung) as rung, (select count(*)::int from ended) as ended,
      (select coalesce(json_agg(json_build_object('id', id, 'rule', rule, 'severity', severity, 'route', route,
        'verificationId', verification_id)), '[]') from raised) as raised`;
  return { raised: written.raised, ended: written.ended };
}

/** Resolves the alerts about results that were missing and no longer are, or that there is nothing left to save of. */
export async function endCliffs({ sql }: Db, at: Date): Promise<number> {
  const [written] = await sql<[{ ended: number }]>`
    with ended as (
      update alerts a
      set status = 'resolved', resolved_at = ${at.toISOString()}::timestamptz, resolved_by = 'verdict',
        resolution = 'The session is ' || v.status
      from verifications v
      where a.rule = 'retention_cliff' and a.status <> 'resolved' and v.id = a.verification_id
        and not (v.status in ('initializing', 'awaiting', 'claimed')
          or (v.status = 'expired' and v.claim_passed is not null
            and v.expires_at > ${at.toISOString()}::timestamptz - ${DEFAULT_POLICY.retention}::int * interval '1 second'))
      returning a.*
    ), ${writeEvents(sql, alertEvents(sql, sql`ended`))}
    select (select count(*) from rung) as rung, (select count(*)::int from ended) as ended`;
  return written.ended;
}

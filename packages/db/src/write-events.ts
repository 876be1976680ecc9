import type postgres from "postgres";

/** The channel on which it is said that there are new events in the feed, or will be in a moment. */
export const EVENTS_CHANNEL = "events_written";

type Sql = postgres.Sql;
/** A part of a statement. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/**
 * The part of a statement that writes events, to stand after `with … ,` of the one that does what they tell: `${writeEvents(…)}
 * select (select count(*) from rung) …`. Reading `rung` is what announces them. `rows` are queries of the kind below.
 */
export const writeEvents = (sql: Sql, ...rows: Fragment[]): Fragment => sql`
  written as (
    insert into events (id, type, route, subject_id, version, verification_id, at, data, held_by, position)
    select new_event_id(), type, route, subject_id, version, verification_id, at, data, held_by,
      case when held_by is null then (select feed_position()) end
    from (${rows.map((query) => sql`(${query})`).reduce((all, query) => sql`${all} union all ${query}`)}) as told
    returning position
  ), rung as (
    select pg_notify(${EVENTS_CHANNEL}, '') from written where position is not null limit 1
  )`;

/**
 * The events of moves, each with a snapshot of its verification as it stands after the move: nothing personal. `rows` have the
 * columns of verifications and, of the move, move_version, to_status, cause, moved_at and the event, null where it has none.
 * `doubted` names by verification what holds back the events that wait.
 */
export const verificationEvents = (sql: Sql, rows: Fragment, doubted: Fragment | null): Fragment => sql`
  select v.event as type, v.route, v.id as subject_id, v.move_version as version, v.id as verification_id, v.moved_at as at,
    jsonb_build_object('status', v.to_status, 'product', v.product, 'merchantBizId', v.merchant_biz_id,
      'sceneCode', v.scene_code, 'transactionId', v.transaction_id, 'cause', v.cause,
      'claim', case when v.claim_passed is not null
        then jsonb_build_object('passed', v.claim_passed, 'subCode', v.claim_sub_code) end,
      'passed', v.passed, 'subCode', v.sub_code, 'outcomeSource', v.outcome_source, 'walkAway', v.walk_away,
      'errorCode', v.error_code) as data,
    ${doubted ? sql`case when v.waits then d.id end` : sql`null::uuid`} as held_by
  from ${rows} v
  ${doubted ? sql`left join ${doubted} d on d.verification_id = v.id` : sql``}
  where v.event is not null
  -- Their ids, by which they are told, grow as they are written.
  order by v.move_version`;

/** The events of discrepancies that were just opened or closed. `rows` have the columns of the table. */
export const discrepancyEvents = (sql: Sql, rows: Fragment): Fragment => sql`
  select case when d.closed_at is null then 'discrepancy.opened' else 'discrepancy.closed' end as type, d.route,
    d.id as subject_id, case when d.closed_at is null then 1 else 2 end as version, d.verification_id,
    coalesce(d.closed_at, d.opened_at) as at,
    jsonb_build_object('status', case when d.closed_at is null then 'open' else 'closed' end, 'discrepancy', d.type,
      'openedAt', ${instantText(sql, sql`d.opened_at`)}) as data,
    null::uuid as held_by
  from ${rows} d`;

/** The events of alerts that were just opened, acknowledged or resolved. `rows` have the columns of the table. */
export const alertEvents = (sql: Sql, rows: Fragment): Fragment => sql`
  select case a.status when 'open' then 'alert.opened' else 'alert.' || a.status end as type, a.route, a.id as subject_id,
    case a.status when 'open' then 1 when 'acknowledged' then 2 else 3 end as version, a.verification_id,
    coalesce(a.resolved_at, a.acknowledged_at, a.opened_at) as at,
    jsonb_build_object('status', a.status, 'rule', a.rule, 'severity', a.severity, 'detail', a.detail,
      'discrepancyId', a.discrepancy_id, 'openedAt', ${instantText(sql, sql`a.opened_at`)}) as data,
    null::uuid as held_by
  from ${rows} a`;

const instantText = (sql: Sql, at: Fragment): Fragment =>
  sql`to_char(${at} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

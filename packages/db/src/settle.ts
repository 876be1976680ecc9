import { DOUBTS, eventOnMove, waitsForDoubts } from "@verdict/domain";
import type { Db } from "./database.ts";
import { rowsOf } from "./rows-of.ts";
import type { NewTransition, RaisedAlert, Settled, Settlement } from "./settlement.ts";
import { ALARMED, ANSWERED, ASKED, CHANGED, DECIDED, FOUND, KEPT, MOVED, type Move } from "./settlement-columns.ts";
import { alertEvents, discrepancyEvents, verificationEvents, writeEvents } from "./write-events.ts";

/** The channel on which changed verifications are named: ids, separated by commas. */
export const CHANGED_CHANNEL = "verification_changed";

/** A notification holds 8,000 bytes, and each id takes 37 of them. */
const ANNOUNCED_AT_A_TIME = 200;

/**
 * Writes a batch of decisions in one statement, so in one transaction. A change whose verification has moved on since it
 * was decided is left out together with its transitions, discrepancies and receipts; its id is returned as lost, to be
 * decided again. Checks are evidence and are kept in any case. What is evidence is listed to be sealed. A discrepancy raises its
 * alert in the same statement, but only when it is new: one that is found again raises none. Whatever happened is told in an
 * event each; an outcome that an open discrepancy puts in doubt has its event held back by that.
 */
export async function settle(db: Db, settlement: Settlement, now: Date): Promise<Settled> {
  const { sql } = db;
  const changes = settlement.changes.map(({ state, ...change }) => ({ ...state, ...change }));
  const details = settlement.checks.flatMap(({ id: checkId, verificationId, answeredAt: storedAt, details = [] }) =>
    details.map((detail) => ({ ...detail, verificationId, checkId, storedAt })),
  );
  const at = sql`${now.toISOString()}::timestamptz`;
  const [written] = await sql<[{ moved: string[]; raised: RaisedAlert[] }]>`
    with wanted as (
      select * from ${rowsOf(sql, "w", CHANGED, changes)}
    ), moved as (
      update verifications v set
        version = w.version, status = w.status, transaction_id = w."transactionId",
        transaction_source = w."transactionSource", protocol = w.protocol, transaction_url = w."transactionUrl",
        claim_passed = w."claimPassed", claim_sub_code = w."claimSubCode",
        claimed_at = w."claimedAt", passed = w.passed, sub_code = w."subCode", outcome_source = w."outcomeSource",
        confirmed_at = w."confirmedAt", walk_away = w."walkAway", error_code = w."errorCode",
        error_message = w."errorMessage", checked_at = w."checkedAt", check_count = w."checkCount",
        trouble_count = w."troubleCount",
        next_check_at = w."nextCheckAt", recheck_wanted = w."recheckWanted", expires_at = w."expiresAt",
        asking_until = case when w."endsAsking" then null else coalesce(w."asksUntil", v.asking_until) end,
        updated_at = ${at}
      from wanted w where v.id = w.id and v.version = w."from"
      returning v.id, v.route, v.product, v.merchant_biz_id, v.scene_code, v.transaction_id, v.claim_passed,
        v.claim_sub_code, v.passed, v.sub_code, v.outcome_source, v.walk_away, v.error_code, v.erased_at
    ), moves as (
      -- Of several moves, only the last one knows how it ended.
      select v.id, v.route, v.product, v.merchant_biz_id, v.scene_code, v.transaction_id, v.claim_passed, v.claim_sub_code,
        case when last then v.passed end as passed, case when last then v.sub_code end as sub_code,
        case when last then v.outcome_source end as outcome_source, case when last then v.walk_away end as walk_away,
        case when last then v.error_code end as error_code, m.version as move_version, m."from" as from_status,
        m."to" as to_status, m.cause, m."receiptId" as receipt_id, m."checkId" as check_id, m.actor, m.at as moved_at,
        m.event, m.waits
      from moved v join ${rowsOf(sql, "m", MOVED, movesOf(settlement.transitions))} on m."verificationId" = v.id
    ), lost as (
      select id from wanted except select id from moved
    ), told as (
      insert into transitions
        (verification_id, version, from_status, to_status, cause, receipt_id, check_id, actor, at)
      select id, move_version, from_status, to_status, cause, receipt_id, check_id, actor, moved_at from moves
      returning verification_id, version
    ), found as (
      select * from ${rowsOf(sql, "d", FOUND, settlement.discrepancies)}
    ), opened as (
      insert into discrepancies (id, type, route, verification_id, receipt_id, check_id, opened_at)
      select id, type, route, "verificationId", "receiptId", "checkId", "openedAt" from found
      where "verificationId" not in (select id from lost)
      on conflict do nothing
      returning *
    ), raised as (
      insert into alerts (id, rule, severity, route, verification_id, discrepancy_id, opened_at)
      select (f.alert->>'id')::uuid, f.alert->>'rule', f.alert->>'severity', f.route, f."verificationId", f.id, f."openedAt"
      from found f join opened using (id)
      returning *
    ), alarmed as (
      insert into alerts (id, rule, severity, route, verification_id, subject, detail, confirmation, opened_at)
      select a.id, a.rule, a.severity, a.route, a."verificationId", a.subject, a.detail, a.confirmation, a."openedAt"
      from ${rowsOf(sql, "a", ALARMED, settlement.alerts ?? [])}
      where a."verificationId" not in (select id from lost)
      -- One order for everybody, since the groups of the alerts are locked.
      order by a.rule, a.route
      on conflict (rule, route, coalesce(verification_id::text, ''), coalesce(subject, ''))
        where discrepancy_id is null and status <> 'resolved'
        do update set confirmation = excluded.confirmation, detail = excluded.detail
        where alerts.confirmation = 'unconfirmed' and excluded.confirmation = 'confirmed'
      returning *, xmax = 0 as is_new
    ), refuted as (
      update alerts a
      set status = 'resolved', confirmation = 'contradicted', resolved_at = ${at},
        resolved_by = 'verdict', resolution = 'The provider says otherwise'
      from ${rowsOf(sql, "r", ANSWERED, settlement.answered ?? [])}
      where a.verification_id = r."verificationId" and a.rule is distinct from r.rule
        and a.confirmation = 'unconfirmed' and a.status <> 'resolved' and a.verification_id not in (select id from lost)
      returning a.*
    ), asked as (
      insert into checks
        (id, verification_id, transaction_id, operation, kind, passed, sub_code, walk_away, face_check, code,
         http_status, request_id, asked_at, answered_at)
      select c.id, c."verificationId", c."transactionId", c.operation, c.kind, c.passed, c."subCode", c."walkAway",
        c."faceCheck", c.code, c."httpStatus", c."requestId", c."askedAt", c."answeredAt"
      from ${rowsOf(sql, "c", ASKED, settlement.checks)}
      on conflict (id) do nothing
      returning id
    ), kept as (
      -- Only with a move of the row, or an erasure that came between would be undone.
      insert into personal_details as held (verification_id, class, field, envelope, key_id, check_id, stored_at)
      select m.id, p.class, p.field, p.envelope, p."keyId", p."checkId", p."storedAt"
      from ${rowsOf(sql, "p", KEPT, details)}
      join moved m on m.id = p."verificationId"
      where m.erased_at is null
      on conflict (verification_id, class, field) do update set
        envelope = excluded.envelope, key_id = excluded.key_id, check_id = excluded.check_id, stored_at = excluded.stored_at
      where held.stored_at <= excluded.stored_at
    ), to_seal as (
      insert into unsealed (rows)
      select jsonb_agg(jsonb_build_array(kind, key))
      from (
        select 'transition' as kind, verification_id || '/' || version as key from told
        union all select 'check', id::text from asked
      ) written
      having count(*) > 0
    ), decided as (
      delete from receipt_inbox i
      using ${rowsOf(sql, "r", DECIDED, settlement.receipts)}
      where i.receipt_id = r."receiptId" and r."verificationId" not in (select id from lost)
    ), held as (
      -- Locked, so that whoever is closing it releases this event as well, or this one sees that it is closed.
      select d.verification_id, d.id from moves join discrepancies d on d.verification_id = moves.id
      where waits and d.closed_at is null and d.type = any(${DOUBTS}::text[])
      for share of d
    ), doubted as (
      select verification_id, min(id::text)::uuid as id
      from (select * from held union all select verification_id, id from opened where type = any(${DOUBTS}::text[])) doubts
      group by verification_id
    ), ${writeEvents(
      sql,
      verificationEvents(sql, sql`moves`, sql`doubted`),
      discrepancyEvents(sql, sql`opened`),
      alertEvents(sql, sql`raised`),
      alertEvents(sql, sql`(select * from alarmed where is_new)`),
      alertEvents(sql, sql`refuted`),
    )}, announced as (
      select pg_notify(${CHANGED_CHANNEL}, string_agg(id::text, ','))
      from (select id, row_number() over () / ${ANNOUNCED_AT_A_TIME}::int as part from moved) as parts group by part
    )
    select
      (select count(*) from announced) as announced, (select count(*) from rung) as rung,
      (select coalesce(json_agg(id), '[]') from moved) as moved,
      (select coalesce(json_agg(json_build_object('id', id, 'rule', rule, 'severity', severity, 'route', route,
        'verificationId', verification_id)), '[]')
        from (
          select id, rule, severity, route, verification_id from raised
          union all select id, rule, severity, route, verification_id from alarmed where is_new
        ) as new) as raised`;
  const movedIds = new Set(written.moved);
  return {
    lostIds: settlement.changes.map((change) => change.id).filter((id) => !movedIds.has(id)),
    raised: written.raised,
  };
}

function movesOf(transitions: readonly NewTransition[]): Move[] {
  const byId = Map.groupBy(transitions, ({ verificationId }) => verificationId);
  return [...byId.values()].flatMap((moves) => moves.map((move, index) => moveOf(move, moves[index + 1])));
}

function moveOf(move: NewTransition, next: NewTransition | undefined): Move {
  if (next && (next.from !== move.to || next.version <= move.version)) {
    throw new Error(`The moves of verification ${move.verificationId} do not follow one another.`);
  }
  const event = eventOnMove(move.to);
  return { ...move, event, waits: event !== null && waitsForDoubts(event), last: next === undefined };
}

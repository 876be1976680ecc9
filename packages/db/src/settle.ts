import { type Discrepancy, DOUBTS, eventOnMove, type Severity, type Status, waitsForDoubts } from "@verdict/domain";
import type { Db } from "./database.ts";
import type { checks, personalDetails, transitions } from "./schema.ts";
import { storableJson } from "./storable-json.ts";
import type { Verification } from "./verifications.ts";
import { alertEvents, discrepancyEvents, verificationEvents, writeEvents } from "./write-events.ts";

/** The columns a decision may change. */
export type MutableState = Pick<
  Verification,
  | "status"
  | "transactionId"
  | "transactionSource"
  | "protocol"
  | "transactionUrl"
  | "claimPassed"
  | "claimSubCode"
  | "claimedAt"
  | "passed"
  | "subCode"
  | "outcomeSource"
  | "confirmedAt"
  | "walkAway"
  | "errorCode"
  | "errorMessage"
  | "checkedAt"
  | "checkCount"
  | "troubleCount"
  | "nextCheckAt"
  | "recheckWanted"
  | "expiresAt"
>;

/** A verification's new state, good only while it still has version `from`. */
export type Change = {
  id: string;
  from: number;
  version: number;
  state: MutableState;
  /** Whether this ends the turn of the process that was asking the provider. */
  endsAsking: boolean;
};

export type NewTransition = Omit<typeof transitions.$inferSelect, "from" | "to"> & { from: Status; to: Status };

/** What a check told of a person, encrypted. */
export type NewDetail = Pick<typeof personalDetails.$inferSelect, "class" | "field" | "envelope" | "keyId">;

export type NewCheck = typeof checks.$inferSelect & {
  /** No part of the evidence: kept beside it, and only as long as the verification has not been erased. */
  details?: readonly NewDetail[];
};

export type NewDiscrepancy = {
  id: string;
  type: Discrepancy;
  route: string;
  verificationId: string;
  receiptId: string | null;
  checkId: string | null;
  openedAt: Date;
  /** The alert it raises, should it be new. */
  alert: { id: string; rule: string; severity: Severity };
};

/** What somebody has to know of a verification beyond its discrepancies. One that is open already stays one. */
export type NewAlertOnRow = {
  id: string;
  rule: string;
  severity: Severity;
  route: string;
  verificationId: string;
  /** The hash of the user, where the rule is about somebody. */
  subject: string | null;
  detail: string;
  /** A confirmed one confirms what a claim has raised before. Null: nobody claims it. */
  confirmation: "unconfirmed" | "confirmed" | null;
  openedAt: Date;
};

/** An alert that has just been put on record. */
export type RaisedAlert = {
  id: string;
  rule: string;
  severity: Severity;
  route: string;
  verificationId: string | null;
};

/** What became of a settlement. */
export type Settled = {
  /** Verifications that had moved on: to be decided again. */
  lostIds: string[];
  raised: RaisedAlert[];
};

/** Everything a batch of decisions wants written. */
export type Settlement = {
  changes: readonly Change[];
  transitions: readonly NewTransition[];
  discrepancies: readonly NewDiscrepancy[];
  checks: readonly NewCheck[];
  alerts?: readonly NewAlertOnRow[];
  /** Verifications whose result is known: an alert that a claim has raised is over, unless it is by this rule. */
  answered?: readonly { verificationId: string; rule: string | null }[];
  /** Receipts that are decided, each with the verification whose change carries the decision, if one does. */
  receipts: readonly { receiptId: string; verificationId: string }[];
};

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
  const moves = new Map(settlement.transitions.map((move) => [move.verificationId, move]));
  if (moves.size < settlement.transitions.length) throw new Error("A verification may only move once in a settlement.");
  const changes = settlement.changes.map(({ state, ...change }) => ({
    ...state,
    ...change,
    ...moveOf(moves, change.id),
  }));
  const checks = settlement.checks.map(({ details, ...check }) => check);
  const details = settlement.checks.flatMap(({ id: checkId, verificationId, answeredAt: storedAt, details = [] }) =>
    details.map((detail) => ({ ...detail, verificationId, checkId, storedAt })),
  );
  const [written] = await sql<[{ moved: string[]; raised: RaisedAlert[] }]>`
    with wanted as (
      select * from json_to_recordset(${storableJson(changes)}::text::json) as w(
        "id" uuid, "from" int, "version" int, "endsAsking" boolean, "status" text, "transactionId" text, "transactionSource" text,
        "protocol" text, "transactionUrl" text, "claimPassed" boolean, "claimSubCode" text, "claimedAt" timestamptz, "passed" boolean, "subCode" text,
        "outcomeSource" text, "confirmedAt" timestamptz, "walkAway" jsonb, "errorCode" text, "errorMessage" text,
        "checkedAt" timestamptz, "checkCount" int, "troubleCount" int, "nextCheckAt" timestamptz, "recheckWanted" boolean,
        "expiresAt" timestamptz, "moveVersion" int, "moveFrom" text, "moveTo" text, "cause" text, "receiptId" uuid,
        "checkId" uuid, "actor" text, "moveAt" timestamptz, "event" text, "waits" boolean)
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
        asking_until = case when w."endsAsking" then null else v.asking_until end,
        updated_at = ${now.toISOString()}::timestamptz
      from wanted w where v.id = w.id and v.version = w."from"
      returning v.id, v.route, v.product, v.merchant_biz_id, v.scene_code, v.transaction_id, v.claim_passed,
        v.claim_sub_code, v.passed, v.sub_code, v.outcome_source, v.walk_away, v.error_code, w."moveVersion" as move_version,
        w."moveFrom" as from_status, w."moveTo" as to_status, w.cause, w."receiptId" as receipt_id,
        w."checkId" as check_id, w.actor, w."moveAt" as moved_at, w.event, w.waits, v.erased_at
    ), lost as (
      select id from wanted except select id from moved
    ), told as (
      insert into transitions
        (verification_id, version, from_status, to_status, cause, receipt_id, check_id, actor, at)
      select id, move_version, from_status, to_status, cause, receipt_id, check_id, actor, moved_at
      from moved where move_version is not null
      returning verification_id, version
    ), found as (
      select * from json_to_recordset(${storableJson(settlement.discrepancies)}::text::json) as d(
        "id" uuid, "type" text, "route" text, "verificationId" uuid, "receiptId" uuid, "checkId" uuid,
        "openedAt" timestamptz, "alert" json)
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
      from json_to_recordset(${storableJson(settlement.alerts ?? [])}::text::json) as a(
        "id" uuid, "rule" text, "severity" text, "route" text, "verificationId" uuid, "subject" text, "detail" text,
        "confirmation" text, "openedAt" timestamptz)
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
      set status = 'resolved', confirmation = 'contradicted', resolved_at = ${now.toISOString()}::timestamptz,
        resolved_by = 'verdict', resolution = 'The provider says otherwise'
      from json_to_recordset(${storableJson(settlement.answered ?? [])}::text::json) as r(
        "verificationId" uuid, "rule" text)
      where a.verification_id = r."verificationId" and a.rule is distinct from r.rule
        and a.confirmation = 'unconfirmed' and a.status <> 'resolved' and a.verification_id not in (select id from lost)
      returning a.*
    ), asked as (
      insert into checks
        (id, verification_id, transaction_id, operation, kind, passed, sub_code, walk_away, face_check, code,
         http_status, request_id, asked_at, answered_at)
      select c.id, c."verificationId", c."transactionId", c.operation, c.kind, c.passed, c."subCode", c."walkAway",
        c."faceCheck", c.code, c."httpStatus", c."requestId", c."askedAt", c."answeredAt"
      from json_to_recordset(${storableJson(checks)}::text::json) as c(
        "id" uuid, "verificationId" uuid, "transactionId" text, "operation" text, "kind" text, "passed" boolean,
        "subCode" text, "walkAway" jsonb, "faceCheck" jsonb, "code" text, "httpStatus" int, "requestId" text, "askedAt" timestamptz,
        "answeredAt" timestamptz)
      on conflict (id) do nothing
      returning id
    ), kept as (
      -- Only with a move of the row, or an erasure that came between would be undone.
      insert into personal_details as held (verification_id, class, field, envelope, key_id, check_id, stored_at)
      select m.id, p.class, p.field, p.envelope, p."keyId", p."checkId", p."storedAt"
      from json_to_recordset(${storableJson(details)}::text::json) as p(
        "verificationId" uuid, "class" text, "field" text, "envelope" text, "keyId" text, "checkId" uuid, "storedAt" timestamptz)
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
      using json_to_recordset(${storableJson(settlement.receipts)}::text::json) as r("receiptId" uuid, "verificationId" uuid)
      where i.receipt_id = r."receiptId" and r."verificationId" not in (select id from lost)
    ), held as (
      -- Locked, so that whoever is closing it releases this event as well, or this one sees that it is closed.
      select d.verification_id, d.id from moved join discrepancies d on d.verification_id = moved.id
      where waits and d.closed_at is null and d.type = any(${DOUBTS}::text[])
      for share of d
    ), doubted as (
      select verification_id, min(id::text)::uuid as id
      from (select * from held union all select verification_id, id from opened where type = any(${DOUBTS}::text[])) doubts
      group by verification_id
    ), ${writeEvents(
      sql,
      verificationEvents(sql, sql`moved`, sql`doubted`),
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

/** The move that a change comes with, if any: what it tells, and whether that waits as long as its outcome is in doubt. */
function moveOf(moves: ReadonlyMap<string, NewTransition>, id: string) {
  const move = moves.get(id);
  if (!move) return {};
  const { version: moveVersion, from: moveFrom, to: moveTo, cause, receiptId, checkId, actor, at: moveAt } = move;
  const event = eventOnMove(moveTo);
  const waits = event !== null && waitsForDoubts(event);
  return { moveVersion, moveFrom, moveTo, cause, receiptId, checkId, actor, moveAt, event, waits };
}

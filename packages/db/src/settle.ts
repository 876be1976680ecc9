import type { Discrepancy, Severity, Status } from "@verdict/domain";
import type { Db } from "./database.ts";
import type { checks, transitions } from "./schema.ts";
import { storableJson } from "./storable-json.ts";
import type { Verification } from "./verifications.ts";

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

export type NewCheck = typeof checks.$inferSelect;

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
 * decided again. Checks are evidence and are kept in any case. What is evidence is listed to be sealed. A discrepancy raises its alert in the same statement, but
 * only when it is new: one that is found again raises none.
 */
export async function settle(db: Db, settlement: Settlement, now: Date): Promise<Settled> {
  const changes = settlement.changes.map(({ state, ...change }) => ({ ...state, ...change }));
  const [written] = await db.sql<[{ moved: string[]; raised: RaisedAlert[] }]>`
    with wanted as (
      select * from json_to_recordset(${storableJson(changes)}::text::json) as w(
        "id" uuid, "from" int, "version" int, "endsAsking" boolean, "status" text, "transactionId" text, "transactionSource" text,
        "protocol" text, "transactionUrl" text, "claimPassed" boolean, "claimSubCode" text, "claimedAt" timestamptz, "passed" boolean, "subCode" text,
        "outcomeSource" text, "confirmedAt" timestamptz, "walkAway" jsonb, "errorCode" text, "errorMessage" text,
        "checkedAt" timestamptz, "checkCount" int, "troubleCount" int, "nextCheckAt" timestamptz,
        "expiresAt" timestamptz)
    ), moved as (
      update verifications v set
        version = w.version, status = w.status, transaction_id = w."transactionId",
        transaction_source = w."transactionSource", protocol = w.protocol, transaction_url = w."transactionUrl",
        claim_passed = w."claimPassed", claim_sub_code = w."claimSubCode",
        claimed_at = w."claimedAt", passed = w.passed, sub_code = w."subCode", outcome_source = w."outcomeSource",
        confirmed_at = w."confirmedAt", walk_away = w."walkAway", error_code = w."errorCode",
        error_message = w."errorMessage", checked_at = w."checkedAt", check_count = w."checkCount",
        trouble_count = w."troubleCount",
        next_check_at = w."nextCheckAt", expires_at = w."expiresAt",
        asking_until = case when w."endsAsking" then null else v.asking_until end,
        updated_at = ${now.toISOString()}::timestamptz
      from wanted w where v.id = w.id and v.version = w."from"
      returning v.id
    ), lost as (
      select id from wanted except select id from moved
    ), told as (
      insert into transitions
        (verification_id, version, from_status, to_status, cause, receipt_id, check_id, actor, at)
      select t."verificationId", t.version, t."from", t."to", t.cause, t."receiptId", t."checkId", t.actor, t.at
      from json_to_recordset(${storableJson(settlement.transitions)}::text::json) as t(
        "verificationId" uuid, "version" int, "from" text, "to" text, "cause" text, "receiptId" uuid, "checkId" uuid,
        "actor" text, "at" timestamptz)
      where t."verificationId" in (select id from moved)
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
      returning id
    ), raised as (
      insert into alerts (id, rule, severity, route, verification_id, discrepancy_id, opened_at)
      select (alert->>'id')::uuid, alert->>'rule', alert->>'severity', route, "verificationId", id, "openedAt"
      from found join opened using (id)
      returning id, rule, severity, route, verification_id
    ), asked as (
      insert into checks
        (id, verification_id, transaction_id, operation, kind, passed, sub_code, walk_away, face_check, code,
         http_status, request_id, asked_at, answered_at)
      select c.id, c."verificationId", c."transactionId", c.operation, c.kind, c.passed, c."subCode", c."walkAway",
        c."faceCheck", c.code, c."httpStatus", c."requestId", c."askedAt", c."answeredAt"
      from json_to_recordset(${storableJson(settlement.checks)}::text::json) as c(
        "id" uuid, "verificationId" uuid, "transactionId" text, "operation" text, "kind" text, "passed" boolean,
        "subCode" text, "walkAway" jsonb, "faceCheck" jsonb, "code" text, "httpStatus" int, "requestId" text, "askedAt" timestamptz,
        "answeredAt" timestamptz)
      on conflict (id) do nothing
      returning id
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
    ), announced as (
      select pg_notify(${CHANGED_CHANNEL}, string_agg(id::text, ','))
      from (select id, row_number() over () / ${ANNOUNCED_AT_A_TIME}::int as part from moved) as parts group by part
    )
    select
      (select count(*) from announced) as announced,
      (select coalesce(json_agg(id), '[]') from moved) as moved,
      (select coalesce(json_agg(json_build_object('id', id, 'rule', rule, 'severity', severity, 'route', route,
        'verificationId', verification_id)), '[]') from raised) as raised`;
  const movedIds = new Set(written.moved);
  return {
    lostIds: settlement.changes.map((change) => change.id).filter((id) => !movedIds.has(id)),
    raised: written.raised,
  };
}

import { DISCREPANCIES, type FaceCheckDetails, PRODUCTS, STATUSES, type WalkAway } from "@verdict/domain";
import { isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Where an outcome comes from. */
const OUTCOME_SOURCES = ["check_result", "face_check", "verify_log", "initialize", "schedule", "person"] as const;

const oneOf = (column: string, values: readonly string[]): SQL =>
  sql.raw(`${column} in (${values.map((value) => `'${value}'`).join(", ")})`);

/** One session we asked the provider for: our obligation. Its row is written before the provider is called. */
export const verifications = pgTable(
  "verifications",
  {
    id: uuid("id").primaryKey(),
    route: text("route").notNull(),
    product: text("product", { enum: PRODUCTS }).notNull(),
    status: text("status", { enum: STATUSES }).notNull(),
    /** Grows by one with every change; whoever decides on an older one has lost the race. */
    version: integer("version").notNull().default(0),
    merchantBizId: text("merchant_biz_id").notNull(),
    /** Peppered hash. The plain value is never stored. */
    merchantUserHash: text("merchant_user_hash").notNull(),
    sceneCode: text("scene_code"),
    /** Peppered hash of the request, to tell a repeat from another request under the same merchantBizId. */
    requestHash: text("request_hash").notNull(),
    transactionId: text("transaction_id"),
    transactionSource: text("transaction_source", { enum: ["initialize", "callback"] }),
    protocol: text("protocol"),
    transactionUrl: text("transaction_url"),
    claimPassed: boolean("claim_passed"),
    claimSubCode: text("claim_sub_code"),
    claimedAt: instant("claimed_at"),
    passed: boolean("passed"),
    subCode: text("sub_code"),
    outcomeSource: text("outcome_source", { enum: OUTCOME_SOURCES }),
    confirmedAt: instant("confirmed_at"),
    walkAway: jsonb("walk_away").$type<WalkAway>(),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    checkedAt: instant("checked_at"),
    checkCount: integer("check_count").notNull().default(0),
    /** Questions in a row that the provider did not answer; each doubles the pause before the next. */
    troubleCount: integer("trouble_count").notNull().default(0),
    nextCheckAt: instant("next_check_at"),
    /** Lease of a sweep: on the queue until then, or lost. */
    queuedUntil: instant("queued_until"),
    /** Lease of the process that is asking the provider about it. */
    askingUntil: instant("asking_until"),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    unique("verifications_route_merchant_biz_id_unique").on(table.route, table.merchantBizId),
    uniqueIndex("verifications_route_transaction_id_unique")
      .on(table.route, table.transactionId)
      .where(isNotNull(table.transactionId)),
    index("verifications_next_check_at_index").on(table.nextCheckAt).where(isNotNull(table.nextCheckAt)),
    index("verifications_open_expires_at_index")
      .on(table.expiresAt)
      .where(sql`${table.status} in ('initializing', 'awaiting', 'claimed')`),
    check("verifications_product_check", oneOf("product", PRODUCTS)),
    check("verifications_status_check", oneOf("status", STATUSES)),
    check(
      "verifications_confirmed_check",
      sql`(status in ('passed', 'failed')) = (passed is not null) and (passed is null or passed = (status = 'passed'))`,
    ),
  ],
);

/** One authentic callback, as it said. Never changed; a copy is only counted. The id follows from what it says. */
export const receipts = pgTable(
  "receipts",
  {
    id: uuid("id").primaryKey(),
    route: text("route").notNull(),
    /** The session the token names. No foreign key: evidence is kept even when it matches nothing. */
    verificationId: uuid("verification_id").notNull(),
    transactionId: text("transaction_id").notNull(),
    passed: boolean("passed").notNull(),
    subCode: text("sub_code").notNull(),
    keyId: text("key_id").notNull(),
    /** Arrived after its token's expiry. */
    late: boolean("late").notNull(),
    extra: jsonb("extra").$type<Record<string, string>>(),
    sink: text("sink", { enum: ["postgres", "queue"] }).notNull(),
    /** The group commit it arrived with. Should both sinks have taken that, or a job run twice, it is one arrival. */
    batchId: uuid("batch_id").notNull().defaultRandom(),
    receivedAt: instant("received_at").notNull(),
  },
  (table) => [index("receipts_verification_id_index").on(table.verificationId)],
);

/**
 * Callbacks as a receiver took them, one group commit a row: what a 200 stands for until a worker has made receipts of it. The
 * row leaves in the transaction that does. A sender waits for this insert, so it has one row and two small indexes to write,
 * however many callbacks it holds and however many receipts there are.
 */
export const receiptBatches = pgTable(
  "receipt_batches",
  {
    id: uuid("id").primaryKey(),
    /** The claims, packed as the queue carries them. */
    packed: text("packed").notNull(),
    claims: integer("claims").notNull(),
    /** From then on a sweep puts it on the queue (again). */
    dueAt: instant("due_at").notNull(),
  },
  (table) => [
    index("receipt_batches_due_at_index").on(table.dueAt),
    check("receipt_batches_claims_check", sql`claims > 0`),
  ],
);

/** How often a receipt came again. Written in the statement that finds the receipt, hence no foreign key, as below. */
export const receiptCopies = pgTable("receipt_copies", {
  receiptId: uuid("receipt_id").primaryKey(),
  copies: integer("copies").notNull(),
  lastAt: instant("last_at").notNull(),
  lastBatchId: uuid("last_batch_id").notNull().defaultRandom(),
});

/**
 * Receipts that no decision has been made on yet. A row leaves in the transaction that decides it. Only the statement that
 * stores a receipt adds one: a foreign key would look each receipt up again, for a quarter of the price of a commit.
 */
export const receiptInbox = pgTable(
  "receipt_inbox",
  {
    receiptId: uuid("receipt_id").primaryKey(),
    /** From then on a sweep puts it on the queue (again). */
    dueAt: instant("due_at").notNull(),
  },
  (table) => [index("receipt_inbox_due_at_index").on(table.dueAt)],
);

/** Callbacks with a genuine token but parameters that make no sense. The reason names the parameter, never its value. */
export const malformedCallbacks = pgTable(
  "malformed_callbacks",
  {
    route: text("route").notNull(),
    verificationId: uuid("verification_id").notNull(),
    reason: text("reason").notNull(),
    times: integer("times").notNull().default(1),
    firstAt: instant("first_at").notNull(),
    lastAt: instant("last_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "malformed_callbacks_pkey", columns: [table.route, table.verificationId, table.reason] }),
  ],
);

export const CHECK_KINDS = ["verdict", "pending", "gone", "log", "unavailable", "refused", "lost"] as const;

/** One question to the provider with its answer: evidence. */
export const checks = pgTable(
  "checks",
  {
    id: uuid("id").primaryKey(),
    verificationId: uuid("verification_id")
      .notNull()
      .references(() => verifications.id),
    /** Which transaction was asked about: an id that only a callback named may be replaced later. */
    transactionId: text("transaction_id"),
    operation: text("operation", { enum: ["CheckResult", "CheckVerifyLog", "FaceDuplicationCheckIntl"] }).notNull(),
    kind: text("kind", { enum: CHECK_KINDS }).notNull(),
    passed: boolean("passed"),
    subCode: text("sub_code"),
    walkAway: jsonb("walk_away").$type<WalkAway>(),
    /** What a face check said beyond its verdict: scores and similar faces, nothing about age or gender. */
    faceCheck: jsonb("face_check").$type<FaceCheckDetails>(),
    /** The provider's code, or ours where no answer came. */
    code: text("code").notNull(),
    httpStatus: integer("http_status"),
    requestId: text("request_id"),
    askedAt: instant("asked_at").notNull(),
    answeredAt: instant("answered_at").notNull(),
  },
  (table) => [
    index("checks_verification_id_index").on(table.verificationId),
    check("checks_kind_check", oneOf("kind", CHECK_KINDS)),
  ],
);

/** One recorded move of a verification. */
export const transitions = pgTable(
  "transitions",
  {
    verificationId: uuid("verification_id")
      .notNull()
      .references(() => verifications.id),
    /** The version the verification had after the move. */
    version: integer("version").notNull(),
    from: text("from_status", { enum: STATUSES }).notNull(),
    to: text("to_status", { enum: STATUSES }).notNull(),
    cause: text("cause").notNull(),
    receiptId: uuid("receipt_id"),
    checkId: uuid("check_id"),
    /** Who: `api`, `worker`, or a person's id. */
    actor: text("actor").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    primaryKey({ name: "transitions_pkey", columns: [table.verificationId, table.version] }),
    check("transitions_from_check", oneOf("from_status", STATUSES)),
    check("transitions_to_check", oneOf("to_status", STATUSES)),
  ],
);

/** Two pieces of evidence disagree, or evidence matches nothing. Open until a person closes it with a reason. */
export const discrepancies = pgTable(
  "discrepancies",
  {
    id: uuid("id").primaryKey(),
    type: text("type", { enum: DISCREPANCIES }).notNull(),
    route: text("route").notNull(),
    /** The verification it is about; for a callback that matches nothing, the one its token names. */
    verificationId: uuid("verification_id").notNull(),
    receiptId: uuid("receipt_id"),
    checkId: uuid("check_id"),
    openedAt: instant("opened_at").notNull(),
    closedAt: instant("closed_at"),
    closedBy: text("closed_by"),
    closingReason: text("closing_reason"),
  },
  (table) => [
    uniqueIndex("discrepancies_type_receipt_id_unique")
      .on(table.type, table.receiptId)
      .where(isNotNull(table.receiptId)),
    uniqueIndex("discrepancies_open_unique")
      .on(table.type, table.verificationId)
      .where(sql`${table.receiptId} is null and ${table.closedAt} is null`),
    index("discrepancies_verification_id_index").on(table.verificationId),
    index("discrepancies_open_index").on(table.openedAt).where(isNull(table.closedAt)),
    check("discrepancies_type_check", oneOf("type", DISCREPANCIES)),
    check(
      "discrepancies_closed_check",
      sql`(closed_at is null) = (closed_by is null) and (closed_at is null) = (closing_reason is null)`,
    ),
  ],
);

export const ALERT_SEVERITIES = ["critical", "warning"] as const;
export const ALERT_STATUSES = ["open", "acknowledged", "resolved"] as const;

/** A condition somebody must know. Written in the statement that writes what it is about. */
export const alerts = pgTable(
  "alerts",
  {
    id: uuid("id").primaryKey(),
    rule: text("rule").notNull(),
    severity: text("severity", { enum: ALERT_SEVERITIES }).notNull(),
    status: text("status", { enum: ALERT_STATUSES }).notNull().default("open"),
    route: text("route").notNull(),
    /** No foreign key: what matches nothing is alerted on, too. */
    verificationId: uuid("verification_id"),
    discrepancyId: uuid("discrepancy_id"),
    openedAt: instant("opened_at").notNull(),
    acknowledgedAt: instant("acknowledged_at"),
    acknowledgedBy: text("acknowledged_by"),
    resolvedAt: instant("resolved_at"),
    resolvedBy: text("resolved_by"),
    resolution: text("resolution"),
  },
  (table) => [
    unique("alerts_discrepancy_id_unique").on(table.discrepancyId),
    index("alerts_verification_id_index").on(table.verificationId),
    index("alerts_opened_at_index").on(table.openedAt, table.id),
    check("alerts_severity_check", oneOf("severity", ALERT_SEVERITIES)),
    check("alerts_status_check", oneOf("status", ALERT_STATUSES)),
    check(
      "alerts_resolved_check",
      sql`(status = 'resolved') = (resolved_at is not null) and (resolved_at is null) = (resolved_by is null)`,
    ),
  ],
);

/** Requests the receiver turned away, counted. Strangers decide how many there are, so the rows are bounded, not the count. */
export const refusals = pgTable(
  "refusals",
  {
    hour: instant("hour").notNull(),
    /** A configured route, or `-`: strangers make up names. */
    route: text("route").notNull(),
    reason: text("reason").notNull(),
    /** Network the requests came from (IPv4 /24, IPv6 /48), or `*` for all beyond the rows of that hour. */
    source: text("source").notNull(),
    times: bigint("times", { mode: "number" }).notNull(),
    firstAt: instant("first_at").notNull(),
    lastAt: instant("last_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "refusals_pkey", columns: [table.hour, table.route, table.reason, table.source] }),
    check("refusals_times_check", sql`times > 0`),
  ],
);

/** Tokens of sessions that another system started, as SHA-256. Only routes that accept opaque tokens look here. */
export const opaqueTokens = pgTable(
  "opaque_tokens",
  {
    route: text("route").notNull(),
    tokenHash: text("token_hash").notNull(),
    verificationId: uuid("verification_id")
      .notNull()
      .references(() => verifications.id),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [primaryKey({ name: "opaque_tokens_pkey", columns: [table.route, table.tokenHash] })],
);

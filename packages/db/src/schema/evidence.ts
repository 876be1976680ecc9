import { DISCREPANCIES, type FaceCheckDetails, STATUSES, type WalkAway } from "@verdict/domain";
import { isNotNull, isNull, sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, oneOf } from "./columns.ts";
import { verifications } from "./verifications.ts";

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

import { DETAIL_CLASSES } from "@verdict/domain";
import { isNotNull, sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, oneOf } from "./columns.ts";
import { verifications } from "./verifications.ts";

/** What the provider told of a person, each value encrypted by itself. Written in the statement that settles its check. */
export const personalDetails = pgTable(
  "personal_details",
  {
    verificationId: uuid("verification_id")
      .notNull()
      .references(() => verifications.id),
    class: text("class", { enum: DETAIL_CLASSES }).notNull(),
    /** The provider's own name for it. */
    field: text("field").notNull(),
    /** `v1.kid.nonce.ciphertext.tag`; opens only for this verification, class and field. */
    envelope: text("envelope").notNull(),
    keyId: text("key_id").notNull(),
    /** The check whose answer it came with. */
    checkId: uuid("check_id").notNull(),
    storedAt: instant("stored_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "personal_details_pkey", columns: [table.verificationId, table.class, table.field] }),
    index("personal_details_key_id_index").on(table.keyId, table.verificationId, table.class, table.field),
    index("personal_details_stored_at_index").on(table.storedAt),
    check("personal_details_class_check", oneOf("class", DETAIL_CLASSES)),
  ],
);

/** Somebody's wish that everything about a person be erased, here and at the provider. */
export const erasures = pgTable(
  "erasures",
  {
    id: uuid("id").primaryKey(),
    /** Who it is about stays known as a peppered hash, so that the receipt says whose it is to those who know the person. */
    merchantUserHash: text("merchant_user_hash").notNull(),
    reason: text("reason").notNull(),
    requestedBy: text("requested_by").notNull(),
    requestedAt: instant("requested_at").notNull(),
    /** When the last of its verifications was through. */
    finishedAt: instant("finished_at"),
  },
  (table) => [index("erasures_requested_at_index").on(table.requestedAt, table.id)],
);

/**
 * How far the erasure of one verification is: `waiting` for its end, `asking` the provider to delete. The rest is final:
 * `deleted`, `gone` (the provider has nothing of that name), `nothing` to ask about, or `refused` by the provider.
 */
export const ERASURE_STATES = ["waiting", "asking", "deleted", "gone", "nothing", "refused"] as const;

/** One verification of an erasure. */
export const erasureItems = pgTable(
  "erasure_items",
  {
    erasureId: uuid("erasure_id")
      .notNull()
      .references(() => erasures.id),
    verificationId: uuid("verification_id").notNull(),
    route: text("route").notNull(),
    state: text("state", { enum: ERASURE_STATES }).notNull(),
    /** How often the provider was asked. */
    tries: integer("tries").notNull().default(0),
    /** When it is looked at (again); null: it is through. A lease while somebody is at it. */
    dueAt: instant("due_at"),
    /** What the provider said last, and under which request. */
    code: text("code"),
    requestId: text("request_id"),
    finishedAt: instant("finished_at"),
  },
  (table) => [
    primaryKey({ name: "erasure_items_pkey", columns: [table.erasureId, table.verificationId] }),
    index("erasure_items_due_at_index").on(table.dueAt).where(isNotNull(table.dueAt)),
    check("erasure_items_state_check", oneOf("state", ERASURE_STATES)),
    check(
      "erasure_items_finished_check",
      sql`(finished_at is null) = (state in ('waiting', 'asking')) and (due_at is null) = (finished_at is not null)`,
    ),
  ],
);

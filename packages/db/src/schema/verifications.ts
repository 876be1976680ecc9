import { PRODUCTS, STATUSES, type WalkAway } from "@verdict/domain";
import { isNotNull, type SQL, sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, oneOf } from "./columns.ts";

/** Where an outcome comes from. */
const OUTCOME_SOURCES = ["check_result", "face_check", "verify_log", "initialize", "schedule", "person"] as const;

/**
 * How urgent the question is, lower first: a callback waits for its confirmation, or a person for the answer (`fresh`), the
 * window has lapsed (`expiring`), a silent session is polled (`poll`), everything else (`backfill`).
 */
export const CHECK_LANE_EXPRESSION =
  "(case when status = 'claimed' or recheck_wanted then 0 when status in ('initializing', 'awaiting') and next_check_at >= expires_at then 1 " +
  "when status in ('initializing', 'awaiting') then 2 else 3 end)";

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
    /** As it was asked for; null where another system did, or the product knows none. */
    securityLevel: text("security_level"),
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
    /** A person waits for the next answer, also when it has ended. Over as soon as the provider has answered. */
    recheckWanted: boolean("recheck_wanted").notNull().default(false),
    /** Lease of the process that is asking the provider about it. */
    askingUntil: instant("asking_until"),
    expiresAt: instant("expires_at").notNull(),
    /** From then on nothing personal of it is kept or taken in: somebody has asked for that. */
    erasedAt: instant("erased_at"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    // The route comes last: people look for an id on all routes.
    unique("verifications_route_merchant_biz_id_unique").on(table.merchantBizId, table.route),
    uniqueIndex("verifications_route_transaction_id_unique")
      .on(table.transactionId, table.route)
      .where(isNotNull(table.transactionId)),
    // What lists are read by; how they are used stands in search-verifications.ts.
    index("verifications_created_at_index").on(table.createdAt, table.id),
    index("verifications_person_index").on(table.merchantUserHash, table.createdAt, table.id),
    index("verifications_facet_index").on(...facetOf(table), table.createdAt, table.id),
    index("verifications_scene_index")
      .on(table.sceneCode, ...facetOf(table), table.createdAt, table.id)
      .where(isNotNull(table.sceneCode)),
    index("verifications_due_index")
      .on(table.route, table.product, sql.raw(CHECK_LANE_EXPRESSION), table.nextCheckAt)
      .where(isNotNull(table.nextCheckAt)),
    index("verifications_confirmed_at_index")
      .on(table.route, table.confirmedAt)
      .where(sql`${table.status} in ('passed', 'failed')`),
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

type FacetColumns = Record<"route" | "product" | "status", AnyPgColumn>;

/** What most filters name and what takes few values together. A sub-code that is not there is empty, so that rows compare. */
function facetOf({ route, product, status }: FacetColumns): [AnyPgColumn, AnyPgColumn, AnyPgColumn, SQL] {
  return [route, product, status, sql`coalesce(sub_code, '')`];
}

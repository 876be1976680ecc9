import { PRODUCTS } from "@verdict/domain";
import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, oneOf } from "./columns.ts";

/** The operations the worker asks on its own, each with a budget of its own; registered faces are deleted under DeleteVerifyResult's. */
export const ASKED_OPERATIONS = ["CheckResult", "CheckVerifyLog", "DeleteVerifyResult"] as const;

/** `closed`: calls flow. `open`: none until `blockedUntil`. `half_open`: one tries. `parked`: refused until somebody mends it. */
export const BREAKER_STATES = ["closed", "open", "half_open", "parked"] as const;

const budget = {
  route: text("route").notNull(),
  product: text("product", { enum: PRODUCTS }).notNull(),
  operation: text("operation", { enum: ASKED_OPERATIONS }).notNull(),
};

/**
 * One row for each call a second that a budget allows. A call holds its row from before it is sent until a second after its
 * answer came, so no second at the provider can ever see more calls than there are rows.
 */
export const callSlots = pgTable(
  "call_slots",
  {
    ...budget,
    slot: integer("slot").notNull(),
    /** By the database's clock, the one clock all workers share. While a call is under way, when its holder counts as dead. */
    freeAt: instant("free_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "call_slots_pkey", columns: [table.route, table.product, table.operation, table.slot] }),
    index("call_slots_free_at_index").on(table.route, table.product, table.operation, table.freeAt),
    check("call_slots_slot_check", sql`slot >= 0`),
  ],
);

/** How the provider has answered lately, by budget; shared by all workers. A row appears with the first trouble. */
export const breakers = pgTable(
  "breakers",
  {
    ...budget,
    state: text("state", { enum: BREAKER_STATES }).notNull(),
    /** Troubles in a row. */
    troubles: integer("troubles").notNull(),
    blockedUntil: instant("blocked_until").notNull(),
    /** The provider's code, or ours where no answer came. */
    code: text("code"),
    changedAt: instant("changed_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "breakers_pkey", columns: [table.route, table.product, table.operation] }),
    check("breakers_state_check", oneOf("state", BREAKER_STATES)),
  ],
);

import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** What the retention job has deleted: a row for each class that it deleted something of, and at least one a day. */
export const retentionRuns = pgTable(
  "retention_runs",
  {
    id: uuid("id").primaryKey(),
    /** A class of the setting RETENTION, or `refusals`. */
    class: text("class").notNull(),
    keptDays: integer("kept_days").notNull(),
    /** Everything older than this was deleted. */
    before: instant("before").notNull(),
    deleted: bigint("deleted", { mode: "number" }).notNull(),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at").notNull(),
  },
  (table) => [
    index("retention_runs_ended_at_index").on(table.endedAt, table.id),
    index("retention_runs_class_index").on(table.class, table.endedAt),
    check("retention_runs_deleted_check", sql`deleted >= 0`),
  ],
);

/** When the retention job was last at each class, whether or not it deleted anything, and what it has deleted of it so far. */
export const retentionState = pgTable(
  "retention_state",
  {
    class: text("class").primaryKey(),
    lastRunAt: instant("last_run_at"),
    lastDeleted: bigint("last_deleted", { mode: "number" }).notNull().default(0),
    deletedTotal: bigint("deleted_total", { mode: "number" }).notNull().default(0),
    /** Since when it has not been possible to delete what is too old; null: the last run was. */
    failingSince: instant("failing_since"),
  },
  () => [check("retention_state_deleted_check", sql`last_deleted >= 0 and deleted_total >= last_deleted`)],
);

/**
 * Evidence that was erased on purpose: a line like those of a seal for each row, as it was at that moment. Is evidence itself, and
 * sealed; written in the transaction that erases.
 */
export const tombstones = pgTable(
  "tombstones",
  {
    id: uuid("id").primaryKey(),
    runId: uuid("run_id").notNull(),
    at: instant("at").notNull(),
    rows: text("rows").array().notNull(),
  },
  (table) => [index("tombstones_rows_index").using("gin", table.rows)],
);

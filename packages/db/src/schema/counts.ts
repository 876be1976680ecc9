import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, oneOf } from "./columns.ts";

/** What verifications are counted by; `value` is what was counted, as text. */
export const MEASURES = ["status", "sub_code", "progress", "page", "callback", "seconds"] as const;

/** A table of counts: how many verifications of a time, route, product and scene have a value of a measure. */
const countsTable = (name: string, time: string) =>
  pgTable(
    name,
    {
      time: instant(time).notNull(),
      route: text("route").notNull(),
      product: text("product").notNull(),
      /** Empty for none. */
      sceneCode: text("scene_code").notNull(),
      measure: text("measure", { enum: MEASURES }).notNull(),
      value: text("value").notNull(),
      count: integer("count").notNull(),
    },
    (table) => [
      primaryKey({
        name: `${name}_pkey`,
        columns: [table.time, table.route, table.product, table.sceneCode, table.measure, table.value],
      }),
      check(`${name}_measure_check`, oneOf("measure", MEASURES)),
      check(`${name}_count_check`, sql`count > 0`),
    ],
  );

/**
 * Verifications counted by the hour they were created in: what statistics are read from. An hour holds what a recount of its
 * rows gives, erased ones included, except while it is listed as stale.
 */
export const verificationCounts = countsTable("verification_counts", "hour");

/**
 * What verifications counted that were erased for their age: an hour holds what a count of its rows gives, and this. So statistics
 * stay as they were, however often an hour is counted again.
 */
export const erasedCounts = countsTable("erased_counts", "hour");

/** The same by UTC day: the sums of its hours, so that a year is not read hour by hour. */
export const verificationDayCounts = countsTable("verification_day_counts", "day");

/**
 * Hours whose counts may be out of date: a trigger adds a row for each hour that a statement changes, in its transaction, so
 * whoever commits late is counted late but never missed. Whoever counts the hour takes its rows out.
 */
export const staleHours = pgTable(
  "stale_hours",
  {
    id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    hour: instant("hour").notNull(),
    since: instant("since").notNull().defaultNow(),
  },
  (table) => [index("stale_hours_hour_index").on(table.hour)],
);

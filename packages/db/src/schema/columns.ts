import { type SQL, sql } from "drizzle-orm";
import { timestamp } from "drizzle-orm/pg-core";

/** A moment, as a Date in UTC. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** The condition that a column holds one of these words. */
export const oneOf = (column: string, values: readonly string[]): SQL =>
  sql.raw(`${column} in (${values.map((value) => `'${value}'`).join(", ")})`);

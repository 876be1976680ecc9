import { type AnyColumn, type SQL, sql } from "drizzle-orm";

/** Where a list goes on: behind the row opened then, with that id. */
export type Position = { openedAt: Date; id: string };

/** The part of a list to read: at most `limit` rows, behind `after` if that is given. */
export type Page = { limit: number; after?: Position | undefined };

/** Holds for rows behind a position when the newest come first. Rows opened at the same time go by their ids. */
export const isBehind = (columns: { openedAt: AnyColumn; id: AnyColumn }, after: Position): SQL =>
  sql`(${columns.openedAt}, ${columns.id}) < (${after.openedAt.toISOString()}::timestamptz, ${after.id}::uuid)`;

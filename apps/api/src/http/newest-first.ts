import type { Position } from "@verdict/db";
import { z } from "zod";
import { cursorField, encodeCursor } from "./cursor.ts";

/** Milliseconds since 1970, up to the year 9999: what Postgres takes as a time of four digits' year. */
const moment = z.int().min(0).max(253_402_300_799_999);

const Place = z.tuple([moment, z.guid()]).transform(([at, id]): Position => ({ openedAt: new Date(at), id }));

/** How callers read a list that shows the newest first: in pages, each with a cursor for the next. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: cursorField(Place),
};

/** A page of rows, of which one more was read than is shown, to see whether there is a next page. */
export function pageOf<Row extends Position, Shown>(rows: readonly Row[], limit: number, show: (row: Row) => Shown) {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(show), nextCursor: last ? encodeCursor([last.openedAt.getTime(), last.id]) : null };
}

import { z } from "zod";
import { shortTime, table } from "../print/table.ts";

/** One piece of given-up work as the API shows it. */
export const Work = z.looseObject({
  id: z.string(),
  kind: z.string(),
  status: z.string(),
  reference: z.string(),
  route: z.string().nullable(),
  reason: z.string(),
  times: z.number(),
  lastAt: z.string(),
});
export type Work = z.output<typeof Work>;

const HEAD = ["id", "kind", "route", "times", "last (UTC)", "reason"];

/** A table for people, one line for each piece of work. */
export function printWork(items: readonly Work[]): string[] {
  if (items.length === 0) return ["no given-up work"];
  const rows = items.map(({ id, kind, route, times, lastAt, reason }) => [
    ...[id, kind, route ?? "-", String(times), shortTime(lastAt), reason],
  ]);
  return table(HEAD, rows);
}

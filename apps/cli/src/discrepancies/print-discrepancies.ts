import { z } from "zod";
import { shortTime, table } from "../print/table.ts";

/** One discrepancy as the API shows it, as far as it is printed. */
export const Discrepancy = z.looseObject({
  id: z.string(),
  type: z.string(),
  status: z.string(),
  route: z.string(),
  verificationId: z.string(),
  openedAt: z.string(),
  closedBy: z.string().nullable(),
  closingReason: z.string().nullable(),
});
export type Discrepancy = z.output<typeof Discrepancy>;

const HEAD = ["id", "type", "status", "route", "verification", "opened (UTC)", "closed"];

/** A table for people, one line for each discrepancy. */
export function printDiscrepancies(items: readonly Discrepancy[]): string[] {
  if (items.length === 0) return ["no such discrepancies"];
  const rows = items.map(({ id, type, status, route, verificationId, openedAt, closedBy, closingReason }) => [
    ...[id, type, status, route, verificationId, shortTime(openedAt)],
    closedBy === null ? "-" : `by ${closedBy}: ${closingReason ?? "-"}`,
  ]);
  return table(HEAD, rows);
}

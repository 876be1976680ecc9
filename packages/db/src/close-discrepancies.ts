import type postgres from "postgres";
import type { Db } from "./database.ts";

/** Who closes discrepancies, when and why. */
export type Closing = { by: string; at: Date; reason: string };

/**
 * Two parts of a `with`: `closed`, the open discrepancies that fit and are closed, and `resolved`, their alerts, which end with them.
 * `which` is a condition on `discrepancies`.
 */
export const closeDiscrepancies = (sql: Db["sql"], which: postgres.Fragment, { by, at, reason }: Closing) => sql`
  closed as (
    update discrepancies
    set closed_at = ${at.toISOString()}::timestamptz, closed_by = ${by}, closing_reason = ${reason}
    where ${which} and closed_at is null
    returning *
  ), resolved as (
    update alerts a
    set status = 'resolved', resolved_at = c.closed_at, resolved_by = c.closed_by, resolution = c.closing_reason
    from closed c where a.discrepancy_id = c.id and a.status <> 'resolved'
    returning a.*
  )`;

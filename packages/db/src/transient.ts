import { isDatabaseAway } from "./database.ts";

/** Lost connections, serialization failures and deadlocks, no room or memory, a lock not granted, a statement cancelled. */
const TRANSIENT = /^(?:08|40|53|55P03|57|58)/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** Whether an error, or what caused it, says nothing about the work itself: the same statement may do the next time. */
export function isTransient(error: unknown): boolean {
  if (isDatabaseAway(error)) return true;
  const code = sqlStateOf(error);
  return code !== null && TRANSIENT.test(code);
}

/** The code by which Postgres refused a statement, found also behind what wraps it. Null: it was not Postgres. */
export function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ("severity" in error && "code" in error && typeof error.code === "string" && SQLSTATE.test(error.code)) {
    return error.code;
  }
  return sqlStateOf(error.cause);
}

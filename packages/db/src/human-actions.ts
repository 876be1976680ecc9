import { randomUUIDv7 } from "node:crypto";
import type { Db } from "./database.ts";
import { humanActions, unsealed } from "./schema.ts";

/** What a person did, and why. */
export type HumanAction = typeof humanActions.$inferSelect;

export type NewHumanAction = Omit<HumanAction, "id">;

/** A transaction that changes what the action is about. */
type Transaction = Pick<Db["orm"], "insert">;

/** Puts on record what a person did, and that it is to be sealed. In the transaction that does it, or it might be lost. */
export async function recordHumanAction(tx: Transaction, action: NewHumanAction): Promise<void> {
  const id = randomUUIDv7();
  await tx.insert(humanActions).values({ id, ...action });
  await tx.insert(unsealed).values({ rows: [["human_action", id]] });
}

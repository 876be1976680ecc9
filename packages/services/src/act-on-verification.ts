import { type Db, inTransaction, lockVerification, recordHumanAction, settle, type Verification } from "@verdict/db";
import type { RowDecision } from "./apply-decision.ts";
import { changeBetween } from "./apply-decision.ts";

export type ActDeps = { db: Db; now: () => Date; newId: () => string };

/** Who acts on which verification, and why. */
export type Act = { id: string; by: string; reason: string };

/** What a person's wish comes to on a row as it stands. */
export type ActDecision<Why> =
  | ({ kind: "act"; endsAsking: boolean } & Pick<RowDecision, "row" | "transition">)
  | { kind: "refused"; why: Why };

export type ActResult<Why> = { verification: Verification } & ({ outcome: "done" } | { outcome: "refused"; why: Why });

/**
 * Carries out what a person wants of a verification, and puts it on record with its reason in the same transaction. The row is locked
 * while that is decided: who comes at the same time decides on what the other one left. Null: there is no such verification.
 */
export const actOnVerification = <Why>(
  { db, now }: ActDeps,
  action: string,
  { id, by, reason }: Act,
  decide: (held: Verification, now: Date) => ActDecision<Why>,
): Promise<ActResult<Why> | null> =>
  inTransaction(db, async (tx) => {
    const held = await lockVerification(tx, id);
    if (!held) return null;
    const at = now();
    const decision = decide(held, at);
    if (decision.kind === "refused") return { outcome: "refused", why: decision.why, verification: held };
    const { row, transition, endsAsking } = decision;
    const change = changeBetween(held, row, endsAsking);
    const settlement = { changes: change ? [change] : [], transitions: transition ? [transition] : [] };
    await settle(tx, { ...settlement, discrepancies: [], checks: [], receipts: [] }, at);
    await recordHumanAction(tx.orm, {
      ...{ at, actor: by, action, subject: held.id, route: held.route, verificationId: held.id, reason },
      ...{ before: standing(held), after: standing(row) },
    });
    return { outcome: "done", verification: { ...row, updatedAt: at } };
  });

/** What an act changes, as it stands on record. */
const standing = ({ status, version, nextCheckAt }: Verification) => ({
  status,
  version,
  nextCheckAt: nextCheckAt?.toISOString() ?? null,
});

import {
  closeQuarantine,
  type Db,
  findVerification,
  listQuarantined,
  type RaisedAlert,
  settle,
  type Verification,
} from "@verdict/db";
import { decideReceipts } from "./decide-receipts.ts";

export type Adopted = { verification: Verification; raised: RaisedAlert[] };

/**
 * Gives a session that has just been registered the callbacks that came before it and matched nothing: the first one claims
 * it, one that says something else is a discrepancy. The receipts stay as they are; the transition and the discrepancies
 * name them. For the transaction `tx` that registers the session and holds the lock on its transaction id.
 */
export async function adoptReceipts(
  tx: Db,
  verification: Verification,
  { now, actor, newId }: { now: Date; actor: string; newId: () => string },
): Promise<Adopted> {
  const { id, route, transactionId } = verification;
  const receipts = transactionId === null ? [] : await listQuarantined(tx, { route, transactionId });
  if (receipts.length === 0) return { verification, raised: [] };
  const undecided = receipts.map((receipt) => ({ receipt, verification, transactionTaken: false }));
  const { raised } = await settle(tx, decideReceipts(undecided, { now, actor, newId }), now);
  const ids = receipts.map((receipt) => receipt.id);
  await closeQuarantine(tx, ids, { by: actor, at: now, reason: `adopted by ${id}` });
  return { verification: (await findVerification(tx, id)) ?? verification, raised };
}

import { beginErasure, type Db } from "@verdict/db";
import type { Reach } from "@verdict/domain";
import { hashUser } from "./hashes.ts";

export type EraseDeps = { db: Db; pepper: string; now: () => Date };

export type EraseRequest = {
  merchantUserId: string;
  by: string;
  reason: string;
  /** Only on these; null: wherever the person is known. */
  routes: Reach;
};

/**
 * Erases a person. At once: what the provider told of him is deleted, and nothing more is taken in. The worker does the rest for
 * each verification when it has ended (`carryOutErasures`). Returns the receipt's id and how many verifications there are;
 * a person nobody knows gets a receipt, too.
 */
export const erasePerson = ({ db, pepper, now }: EraseDeps, { merchantUserId, ...rest }: EraseRequest) =>
  beginErasure(db, { ...rest, merchantUserHash: hashUser(pepper, merchantUserId), at: now() });

import { randomUUIDv7 } from "node:crypto";
import { type Db, insertReceiptBatch } from "@verdict/db";
import { packClaims } from "@verdict/queue";
import type { PreparedSession } from "../load/messages.ts";

/** As many as a receiver at full load commits at a time. */
const BATCH = 32;

/** No sweep takes what is laid out before it is wanted. */
const SWEPT_AFTER_MS = 600_000;

/** Commits a callback for each session as a receiver does. Returns the ids of the group commits. */
export async function commitCallbacks(db: Db, keyId: string, sessions: readonly PreparedSession[]): Promise<string[]> {
  const batchIds: string[] = [];
  for (let from = 0; from < sessions.length; from += BATCH) {
    const batchId = randomUUIDv7();
    const claims = sessions.slice(from, from + BATCH).map((session) => claimOf(session, keyId));
    const packed = packClaims({ batchId, claims });
    const dueAt = new Date(Date.now() + SWEPT_AFTER_MS);
    await insertReceiptBatch(db, { id: batchId, packed, claims: claims.length, dueAt });
    batchIds.push(batchId);
  }
  return batchIds;
}

const claimOf = (session: PreparedSession, keyId: string) => ({
  ...session,
  route: "default",
  passed: true,
  subCode: "200",
  keyId,
  late: false,
  extra: null,
  receivedAt: new Date(),
});

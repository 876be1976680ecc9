import { createHash } from "node:crypto";
import { formatUuid } from "./callback-token.ts";
import type { Claim } from "./evidence.ts";

/** What makes two callbacks the same one. */
export type ReceiptIdentity = { route: string; verificationId: string; transactionId: string; claim: Claim };

/**
 * The id of a receipt follows from what it says, so that a copy finds the first one by primary key, whichever process
 * stored it and whether it came through Postgres or the queue. A UUID of version 8 made from SHA-256.
 */
export function receiptId(callback: ReceiptIdentity): string {
  const { route, verificationId, transactionId, claim } = callback;
  const said = JSON.stringify([route, verificationId, transactionId, claim.passed ? "Y" : "N", claim.subCode]);
  const bytes = createHash("sha256").update(said).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return formatUuid(bytes);
}

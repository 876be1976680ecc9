import { hash } from "node:crypto";
import type { Claim } from "./evidence.ts";

/** What makes two callbacks the same one. */
export type ReceiptIdentity = { route: string; verificationId: string; transactionId: string; claim: Claim };

/** A UUID's first 48 bits; of version 7, the time. */
const START = /^([0-9a-f]{8})-([0-9a-f]{4})-/;

/** The first digit after the third hyphen of a UUID, by two bits that are free in it. */
const VARIANT = "89ab89ab89ab89ab";

/**
 * The id of a receipt follows from what it says, so that a copy finds the first one by primary key, whichever process
 * stored it and whether it came through Postgres or the queue. A UUID of version 8: the first 48 bits of the verification's
 * id, then bits of SHA-256. Verification ids begin with their time, so new receipts land side by side in an index that may
 * hold millions.
 */
export function receiptId(callback: ReceiptIdentity): string {
  const { route, verificationId, transactionId, claim } = callback;
  const said = JSON.stringify([route, verificationId, transactionId, claim.passed ? "Y" : "N", claim.subCode]);
  const digest = hash("sha256", said, "hex");
  const [, high, low] = START.exec(verificationId) ?? ["", digest.slice(0, 8), digest.slice(8, 12)];
  const variant = VARIANT[Number.parseInt(digest.charAt(16), 16)];
  return `${high}-${low}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

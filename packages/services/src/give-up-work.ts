import { createHash } from "node:crypto";
import { type Db, RECEIPT_TRIES, recordGivenUp } from "@verdict/db";
import { failureReason } from "./failure-reason.ts";

export type GiveUpDeps = { db: Db; now: () => Date; newId: () => string };

/** A job that no worker takes any more. `payload` is as it was stored: it may be what could not be parsed. */
export type EndedJob = { name: string; payload: unknown; reason: string };

/**
 * Counts that a receipt could not be decided by itself. The last of its tries gives it up: it leaves the sweep, until a
 * person puts it back. True: that was now.
 */
export const giveUpReceipt = async (deps: GiveUpDeps, receiptId: string, error: unknown): Promise<boolean> =>
  (await record(deps, { kind: "receipt", reference: receiptId, reason: failureReason(error) })) === RECEIPT_TRIES;

/** Gives up a batch that no receipts can be made of: it leaves the sweep, until a person puts it back. */
export async function giveUpBatch(deps: GiveUpDeps, batchId: string, error: unknown): Promise<void> {
  await record(deps, { kind: "batch", reference: batchId, reason: failureReason(error) });
}

/** Keeps what a job carried that was given up: the claims in it may exist nowhere else. */
export async function giveUpJob(deps: GiveUpDeps, { name, payload, reason }: EndedJob): Promise<void> {
  const job = { queue: name, payload };
  await record(deps, { kind: "job", reference: referenceOf(name, payload), reason: failureReason(reason), job });
}

const record = (
  { db, now, newId }: GiveUpDeps,
  work: Omit<Parameters<typeof recordGivenUp>[1], "id" | "at">,
): Promise<number | null> => recordGivenUp(db, { ...work, id: newId(), at: now() });

/** A job has no name of its own: one that carries the same is the same work. */
const referenceOf = (name: string, payload: unknown): string =>
  `${name}:${createHash("sha256")
    .update(JSON.stringify(payload) ?? "")
    .digest("hex")
    .slice(0, 32)}`;

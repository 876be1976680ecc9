import { randomUUIDv7 } from "node:crypto";
import {
  type Db,
  dropOldEvents,
  type EvidenceSubject,
  eraseEvidence,
  type Forget,
  forgetAlerts,
  forgetDetails,
  forgetEvents,
  forgetMalformed,
  forgetOpaqueTokens,
  forgetRedriven,
  forgetRefusals,
  type RetentionRun,
  recordRetentionFailure,
  recordRetentionRun,
} from "@verdict/db";
import { deletableBefore, type Retention } from "@verdict/domain";
import { sealLedger } from "./seal-ledger.ts";

/** What one run did about one class. `waits`: evidence of it has no seal yet; it is left to a later run. */
export type Enforced = Omit<RetentionRun, "id"> & { runId: string; waits: boolean };

export type RetentionDeps = {
  db: Db;
  now: () => Date;
  /** Hears of each class that something was deleted of, or that waits. */
  onEnforced: (enforced: Enforced) => void;
  /** Hears of a class that could not be dealt with; the others are. */
  onError: (of: string, error: unknown) => void;
};

/** Few enough that nobody has to wait for the rows of one statement. */
const BATCH = 1_000;
/** Each has a handful of rows in nine tables. */
const SUBJECTS = 200;

/** The class, what deletes its rows, and what drops beforehand what is too old as a whole. */
const FORGET: readonly [keyof Retention | "refusals", Forget, Forget?][] = [
  ["details", forgetDetails],
  ["malformed", forgetMalformed],
  ["tokens", forgetOpaqueTokens],
  ["work", forgetRedriven],
  ["events", forgetEvents, dropOldEvents],
  ["alerts", forgetAlerts],
  ["refusals", forgetRefusals],
];

const SUBJECT_KINDS: readonly EvidenceSubject[] = ["sessions", "strays", "actions"];

/**
 * Deletes what has been kept for as long as it may be, class by class in bounded batches, and puts on record how much of what that
 * was. Verifications that are still open keep everything. Any number of workers may do this; it can be broken off at any time.
 */
export async function enforceRetention(
  deps: RetentionDeps,
  retention: Retention & { refusals: number | null },
): Promise<void> {
  for (const [of, forget, drop] of FORGET) {
    await enforce(deps, of, retention[of], async (before) => {
      const dropped = drop ? await drop(deps.db, before, BATCH) : 0;
      return { deleted: dropped + (await drained(BATCH, () => forget(deps.db, before, BATCH))), waits: false };
    });
  }
  await enforce(deps, "evidence", retention.evidence, (before, runId) => eraseAll(deps, before, runId));
}

async function enforce(
  deps: RetentionDeps,
  of: string,
  keptDays: number | null,
  work: (before: Date, runId: string) => Promise<{ deleted: number; waits: boolean }>,
): Promise<void> {
  const startedAt = deps.now();
  const before = deletableBefore(keptDays, startedAt);
  if (keptDays === null || before === null) return;
  const runId = randomUUIDv7();
  try {
    const { deleted, waits } = await work(before, runId);
    const run = { class: of, keptDays, before, deleted, startedAt, endedAt: deps.now() };
    await recordRetentionRun(deps.db, runId, run);
    if (deleted > 0 || waits) deps.onEnforced({ ...run, runId, waits });
  } catch (error) {
    deps.onError(of, error);
    await recordRetentionFailure(deps.db, of, startedAt).catch((failure: unknown) => deps.onError(of, failure));
  }
}

async function eraseAll({ db, now }: RetentionDeps, before: Date, runId: string) {
  // A row is erased as its seal has it, so what waits for one is sealed first.
  await sealLedger({ db, now });
  let deleted = 0;
  for (const of of SUBJECT_KINDS) {
    for (;;) {
      const batch = await eraseEvidence(db, of, { runId, before, now: now(), limit: SUBJECTS });
      if (batch.kind === "waits") return { deleted, waits: true };
      deleted += batch.rows;
      if (batch.subjects < SUBJECTS) break;
    }
  }
  return { deleted, waits: false };
}

async function drained(full: number, once: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const some = await once();
    total += some;
    if (some < full) return total;
  }
}

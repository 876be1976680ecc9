import {
  type Db,
  type Found,
  findBrokenWays,
  findOverdue,
  findOverspent,
  findStrandedBatches,
  findUnaccountedReceipts,
  findUnalertedDiscrepancies,
  findUnproven,
  findUntold,
} from "@verdict/db";

export type InvariantOptions = {
  now: Date;
  /** How long after the window has lapsed the final question waits, in seconds. */
  grace: number;
  /** How long work that is due may take to get its turn, in seconds. */
  tolerance?: number;
  /** Only sessions begun since then. Null: all there are. */
  since?: Date | null;
  /** Most examples named, up to 10. */
  limit?: number;
};

/** One promise about everything on record, and what breaks it. */
export type Invariant = {
  name: string;
  holds: boolean;
  count: number;
  /** Ids of some of what breaks it. */
  examples: string[];
  /** What the count counts, for people. */
  says: string;
  /** What the provider holds back, which breaks nothing; only where that can be. */
  heldBack?: number;
};

/** A breaker tries a parked route as rarely as this. */
const DEFAULT_TOLERANCE = 300;
const EXAMPLES_MAX = 10;
const HOUR = 3_600;

type Span = { since: Date | null; limit: number; grace: number; before: (seconds: number) => Date; tolerance: number };

const PROMISES: readonly {
  name: string;
  says: string;
  find: (db: Db, span: Span) => Promise<Found & { heldBack?: number }>;
}[] = [
  {
    name: "no verification is open past its time",
    says: "open verifications past their deadline that nobody settles",
    find: (db, { before, tolerance, grace, limit }) =>
      findOverdue(db, { grace, settledBy: before(tolerance), activeSince: before(tolerance), limit }),
  },
  {
    name: "no end without evidence",
    says: "ended verifications without the evidence their end has to rest on",
    find: findUnproven,
  },
  {
    name: "every move follows from the one before",
    says: "verifications whose recorded moves do not lead to where they stand",
    find: findBrokenWays,
  },
  {
    name: "no outcome without its event",
    says: "verifications of which a move or the end was never told, nor is held back for somebody to look at",
    find: findUntold,
  },
  {
    name: "every receipt is accounted for",
    says: "receipts that neither wait nor led to anything",
    find: findUnaccountedReceipts,
  },
  {
    name: "no batch of callbacks is left lying",
    says: "batches of callbacks that no receipts were made of",
    find: (db, { before, tolerance, limit }) => findStrandedBatches(db, { storedBy: before(tolerance), limit }),
  },
  {
    name: "every discrepancy has its alert",
    says: "discrepancies nobody was alerted on",
    find: findUnalertedDiscrepancies,
  },
  {
    name: "the provider's quota is respected",
    says: "questions of the last hour too many for their second, by our own records and today's budgets",
    find: (db, { since, before, limit }) => findOverspent(db, { since, askedSince: before(HOUR), limit }),
  },
];

/**
 * Whether everything on record keeps what Verdict promises. Changes nothing; one statement for each promise, each of which
 * sees one moment, so it may run beside everything else. Throws when Postgres does not answer.
 */
export async function checkInvariants(
  db: Db,
  { now, grace, tolerance = DEFAULT_TOLERANCE, since = null, limit = EXAMPLES_MAX }: InvariantOptions,
): Promise<Invariant[]> {
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);
  const span = { since, limit: Math.min(limit, EXAMPLES_MAX), grace, before, tolerance };
  const checked: Invariant[] = [];
  for (const { name, says, find } of PROMISES) {
    const found = await find(db, span);
    checked.push({ name, holds: found.count === 0, says, ...found });
  }
  return checked;
}

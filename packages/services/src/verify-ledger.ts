import { type Db, EVIDENCE_TABLES, type LedgerReader, readLedger } from "@verdict/db";
import {
  EVIDENCE_KINDS,
  GENESIS,
  GONE,
  type Head,
  readLines,
  type Seal,
  type SealedRow,
  sealedLine,
  verifyChain,
} from "@verdict/domain";

/** What is broken: a seal or, by table and key, a row. */
export type Breach =
  | { kind: "seal_missing" | "seal_changed"; seq: number }
  | { kind: "row_missing" | "row_changed"; seq: number; table: string; key: string }
  /** No seal names it and it does not wait for one: nobody wrote it as evidence is written. */
  | { kind: "row_unknown"; table: string; key: string }
  /** The chain is whole, but not the one that the given head was exported from. */
  | { kind: "head_differs" | "head_missing"; seq: number };

export type ErasedRows = { runId: string; rows: number };

export type LedgerReading =
  /** `erased`: rows that are gone on purpose, by the run of the retention job that says so under a seal of its own. */
  { kind: "whole"; head: Head; rows: number; erased: ErasedRows[] } | { kind: "broken"; breach: Breach; rows: number };

export type VerifyOptions = {
  /** One that was exported earlier. Without it, nobody can tell that the end of the chain was cut off or all of it made anew. */
  head?: Head | undefined;
  onProgress?: (progress: { seals: number; of: number; rows: number }) => void;
  /** Seals read at a time. */
  chunk?: number;
};

/** Hashed by one statement at most. */
const ROWS = 5_000;

/**
 * Holds all evidence against the seals, from the first one on, and reports the first thing that does not fit. Reads one
 * snapshot, piece by piece: memory does not grow with the ledger, and whatever is written meanwhile is left to the next time.
 */
export const verifyLedger = (db: Db, options: VerifyOptions = {}): Promise<LedgerReading> =>
  readLedger(db, async (ledger) => {
    const erased = new Map<string, number>();
    const { head, rows, breach = await findUnknown(ledger) } = await readChain(ledger, options, erased);
    if (breach) return { kind: "broken", breach, rows };
    return { kind: "whole", head, rows, erased: [...erased].map(([runId, rows]) => ({ runId, rows })) };
  });

/** `rows`: how many were found as they were sealed, up to `head`. */
type ChainEnd = { head: Head; rows: number; breach?: Breach };

async function readChain(
  ledger: LedgerReader,
  { head: wanted = GENESIS, onProgress = () => {}, chunk = 16 }: VerifyOptions,
  erased: Map<string, number>,
): Promise<ChainEnd> {
  const of = await ledger.countSeals();
  let end = { head: GENESIS, rows: 0 };
  for (let seen = 0; ; ) {
    const seals = await ledger.listSeals(end.head.seq, chunk);
    const reading = verifyChain(seals, end.head);
    // Rows of the seals before the one that breaks the chain come first.
    const good = reading.kind === "whole" ? seals : seals.filter(({ seq }) => seq < reading.seq);
    const breach = (await compareSeals(ledger, good, erased)) ?? compareHead(good, wanted);
    if (breach) return { ...end, breach };
    if (reading.kind !== "whole") return { ...end, breach: { kind: `seal_${reading.kind}`, seq: reading.seq } };

    end = { head: reading.head, rows: end.rows + good.reduce((sum, { count }) => sum + count, 0) };
    seen += seals.length;
    onProgress({ seals: seen, of, rows: end.rows });
    if (seals.length < chunk) break;
  }
  return end.head.seq < wanted.seq ? { ...end, breach: { kind: "head_missing", seq: end.head.seq + 1 } } : end;
}

type Expected = SealedRow & { seq: number };

/** The first row that is not as it was sealed. */
async function compareSeals(
  ledger: LedgerReader,
  seals: readonly Seal[],
  erased: Map<string, number>,
): Promise<Breach | null> {
  let expected: Expected[] = [];
  for (const seal of seals) {
    for (const row of readLines(seal)) {
      expected.push({ ...row, seq: seal.seq });
      if (expected.length < ROWS) continue;
      const breach = await compareRows(ledger, expected, erased);
      if (breach) return breach;
      expected = [];
    }
  }
  return compareRows(ledger, expected, erased);
}

async function compareRows(
  ledger: LedgerReader,
  expected: readonly Expected[],
  erased: Map<string, number>,
): Promise<Breach | null> {
  const found = await ledger.hashEvidence(expected.map(({ kind, key }) => [kind, key] as const));
  const missing = expected.filter((_, nth) => found[nth]?.hash === GONE);
  const onPurpose = new Map((await findErased(ledger, missing)).map(({ line, runId }) => [line, runId]));
  for (const [nth, { seq, kind, key, hash }] of expected.entries()) {
    const row = { seq, table: EVIDENCE_TABLES[kind], key };
    const runId = onPurpose.get(sealedLine({ kind, key, hash }));
    if (found[nth]?.hash === hash && hash !== GONE) continue;
    if (found[nth]?.hash !== GONE) return { kind: hash === GONE ? "row_missing" : "row_changed", ...row };
    if (runId === undefined) return { kind: "row_missing", ...row };
    erased.set(runId, (erased.get(runId) ?? 0) + 1);
  }
  return null;
}

const findErased = async (ledger: LedgerReader, missing: readonly Expected[]) =>
  missing.length === 0 ? [] : ledger.findErased(missing.map(sealedLine));

const compareHead = (seals: readonly Seal[], wanted: Head): Breach | null =>
  seals.some(({ seq, hash }) => seq === wanted.seq && hash !== wanted.hash)
    ? { kind: "head_differs", seq: wanted.seq }
    : null;

async function findUnknown(ledger: LedgerReader): Promise<Breach | null> {
  for (const kind of EVIDENCE_KINDS) {
    const key = await ledger.findUnknown(kind);
    if (key) return { kind: "row_unknown", table: EVIDENCE_TABLES[kind], key };
  }
  return null;
}

import type { LogEntry } from "./clients.ts";
import { checkInvariants, type Invariant, isCallback, type Provider } from "./invariants.ts";
import type { Visit } from "./run-visitors.ts";

export type Summary = {
  sessions: number;
  seed: number;
  faults: unknown;
  stack: "running" | "own";
  queue: "redis" | "postgres";
  terminal: number;
  open: number;
  statuses: Record<string, number>;
  subCodes: Record<string, number>;
  /** `sent`: attempts that left the provider; `received`: of those, answered 200; `dropped`: lost on the way, on purpose. */
  callbacks: { sent: number; received: number; refused: number; failed: number; dropped: number; copies: number };
  /** From the visitor's last act to the confirmed outcome, for visitors who finished. Milliseconds. */
  timeToOutcomeMs: { count: number; p50: number | null; p99: number | null };
  checks: number;
  durationSeconds: number;
  invariants: Invariant[];
  invariantsHeld: boolean;
};

type Run = Pick<Summary, "seed" | "faults" | "stack" | "queue" | "durationSeconds">;

/** Everything the demo reports, computed from what the API and the provider say, and what was found `onRecord`. */
export function summarise(
  visits: readonly Visit[],
  provider: Provider,
  run: Run,
  onRecord: readonly Invariant[] = [],
): Summary {
  const verifications = visits.map((visit) => visit.verification);
  const ended = verifications.filter((verification) => verification.outcome !== null);
  const invariants = [...checkInvariants(visits, provider), ...onRecord];
  return {
    sessions: visits.length,
    ...run,
    terminal: ended.length,
    open: visits.length - ended.length,
    statuses: tally(verifications.map((verification) => verification.status)),
    subCodes: tally(verifications.flatMap((verification) => verification.subCode ?? [])),
    callbacks: countCallbacks(visits, provider.log),
    timeToOutcomeMs: timeToOutcome(visits),
    checks: verifications.reduce((sum, verification) => sum + verification.checkCount, 0),
    invariants,
    invariantsHeld: invariants.every((invariant) => invariant.held),
  };
}

function countCallbacks(visits: readonly Visit[], log: readonly LogEntry[]): Summary["callbacks"] {
  const ours = new Set(visits.map((visit) => visit.verification.transactionId));
  const attempts = log.filter((entry) => isCallback(entry) && ours.has(entry.transactionId));
  const [dropped, sent] = [
    attempts.filter((entry) => entry.code === "Dropped"),
    attempts.filter((entry) => entry.code !== "Dropped"),
  ];
  const receipts = visits.flatMap((visit) => visit.timeline.filter((item) => item.type === "receipt"));
  const received = sent.filter((entry) => entry.httpStatus === 200).length;
  const refused = sent.filter((entry) => entry.httpStatus === 401).length;
  return {
    sent: sent.length,
    received,
    refused,
    failed: sent.length - received - refused,
    dropped: dropped.length,
    copies: receipts.reduce((sum, receipt) => sum + Number(receipt.copies), 0),
  };
}

function timeToOutcome(visits: readonly Visit[]): Summary["timeToOutcomeMs"] {
  const times = visits
    .filter((visit) => visit.truth.kind === "finish")
    .flatMap(({ verification: { outcome }, endedAt }) =>
      outcome?.confirmedAt ? Math.max(0, Date.parse(outcome.confirmedAt) - endedAt.getTime()) : [],
    )
    .sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? null;
  return { count: times.length, p50: at(0.5), p99: at(0.99) };
}

const tally = (words: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]).sort());

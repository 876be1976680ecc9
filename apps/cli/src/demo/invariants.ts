import type { LogEntry, TimelineItem } from "./clients.ts";
import type { Visit } from "./run-visitors.ts";

/** One promise, and the verifications that break it. */
export type Invariant = { name: string; held: boolean; broken: string[] };

const CONFIRMED = new Set(["passed", "failed"]);

const ofType = (visit: Visit, type: string): TimelineItem[] => visit.timeline.filter((item) => item.type === type);

/** What the provider did. */
export type Provider = {
  log: readonly LogEntry[];
  /** Whether its fault plan has it say the opposite from its second result on. */
  contradicts: boolean;
};

/** True: the promise is kept for this visit. `provider.log` is about its session. */
const PROMISES: Readonly<Record<string, (visit: Visit, provider: Provider) => boolean>> = {
  "every session ended": ({ verification }) => verification.outcome !== null,

  "every outcome is what the provider holds": (visit, provider) => {
    const { status, passed, subCode } = visit.verification;
    if (visit.truth.kind !== "finish") return status === "expired";
    if (!CONFIRMED.has(status)) return false;
    const told = passed === visit.truth.passed && subCode === visit.truth.subCode;
    // The first result never reached anybody, and the provider takes it back: what it says since is all there is to know.
    return told || (passed !== visit.truth.passed && provider.contradicts && lostResult(visit, provider));
  },

  "no outcome without evidence": (visit) => {
    const kind = CONFIRMED.has(visit.verification.status) ? "verdict" : "log";
    return visit.verification.outcome === null || ofType(visit, "check").some((check) => check.kind === kind);
  },

  "nothing settled twice": (visit) => {
    const moves = ofType(visit, "transition");
    const chained = moves.every((move, index) => index === 0 || move.from === moves[index - 1]?.to);
    return chained && moves.filter((move) => CONFIRMED.has(String(move.to))).length <= 1;
  },

  "every callback answered with 200 has its receipt": (visit, { log }) =>
    ofType(visit, "receipt").length > 0 || !log.some((entry) => isCallback(entry) && entry.httpStatus === 200),
};

export const isCallback = (entry: LogEntry): boolean => entry.direction === "out" && entry.operation !== "Probe";

/** Whether the provider gave a result that is not on record: the worker that asked died, or the answer never arrived. */
const lostResult = (visit: Visit, { log }: Provider): boolean => {
  const given = log.filter(({ operation, code }) => operation === "CheckResult" && RESULT_CODES.has(code));
  return given.length > ofType(visit, "check").filter(({ kind }) => kind === "verdict").length;
};

/** A call that hangs is one whose answer was ready. */
const RESULT_CODES = new Set(["Success", "Hang"]);

/** Checks every promise on every visit. */
export function checkInvariants(visits: readonly Visit[], { log, contradicts }: Provider): Invariant[] {
  const logOf = Map.groupBy(log, (entry) => entry.transactionId ?? "");
  return Object.entries(PROMISES).map(([name, kept]) => {
    const broken = visits.filter((visit) => {
      const own = logOf.get(visit.verification.transactionId ?? "-") ?? [];
      return !kept(visit, { log: own, contradicts });
    });
    return { name, held: broken.length === 0, broken: broken.map((visit) => visit.verification.id) };
  });
}

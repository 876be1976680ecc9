import type { LogEntry, TimelineItem } from "./clients.ts";
import type { Visit } from "./run-visitors.ts";

/** One promise, and the verifications that break it. */
export type Invariant = { name: string; held: boolean; broken: string[] };

const CONFIRMED = new Set(["passed", "failed"]);

const ofType = (visit: Visit, type: string): TimelineItem[] => visit.timeline.filter((item) => item.type === type);

/** True: the promise is kept for this visit. */
const PROMISES: Readonly<Record<string, (visit: Visit, log: readonly LogEntry[]) => boolean>> = {
  "every session ended": ({ verification }) => verification.outcome !== null,

  "every outcome is what the provider holds": ({ verification: { status, passed, subCode }, truth }) =>
    truth.kind === "finish"
      ? CONFIRMED.has(status) && passed === truth.passed && subCode === truth.subCode
      : status === "expired",

  "no outcome without evidence": (visit) => {
    const kind = CONFIRMED.has(visit.verification.status) ? "verdict" : "log";
    return visit.verification.outcome === null || ofType(visit, "check").some((check) => check.kind === kind);
  },

  "nothing settled twice": (visit) => {
    const moves = ofType(visit, "transition");
    const chained = moves.every((move, index) => index === 0 || move.from === moves[index - 1]?.to);
    return chained && moves.filter((move) => CONFIRMED.has(String(move.to))).length <= 1;
  },

  "every callback answered with 200 has its receipt": (visit, log) =>
    ofType(visit, "receipt").length > 0 || !log.some((entry) => isCallback(entry) && entry.httpStatus === 200),
};

export const isCallback = (entry: LogEntry): boolean => entry.direction === "out" && entry.operation !== "Probe";

/** Checks every promise on every visit. `log` is what the provider saw. */
export function checkInvariants(visits: readonly Visit[], log: readonly LogEntry[]): Invariant[] {
  const logOf = Map.groupBy(log, (entry) => entry.transactionId ?? "");
  return Object.entries(PROMISES).map(([name, kept]) => {
    const broken = visits.filter((visit) => !kept(visit, logOf.get(visit.verification.transactionId ?? "-") ?? []));
    return { name, held: broken.length === 0, broken: broken.map((visit) => visit.verification.id) };
  });
}

import { type Count, STEPS_BY_DECADE } from "@verdict/db";
import type { Status } from "@verdict/domain";

/** What statistics say about some verifications. */
export type Figures = {
  verifications: number;
  byStatus: Partial<Record<Status, number>>;
  /** Passed among those the provider decided on; null where there are none. */
  passRate: number | null;
  /** How often each sub-code was the result. */
  subCodes: Record<string, number>;
  /** From creation to a confirmed result, in seconds; off by 12 % at most. */
  secondsToOutcome: { p50: number; p90: number; p99: number } | null;
  /** How far those that expired had got, and on which page they were left, where the provider could tell. */
  dropOff: { progress: Record<string, number>; pages: Record<string, number> };
  /** Of the sessions the provider was asked about and had a result for, those a callback came for. */
  arrival: { withResult: number; withCallback: number; ratio: number | null };
};

/** The figures that counts come to, of whatever hours they are. */
export function figuresOf(counts: readonly Pick<Count, "measure" | "value" | "count">[]): Figures {
  const of = (measure: Count["measure"]) => summed(counts.filter((one) => one.measure === measure));
  const byStatus: Figures["byStatus"] = of("status");
  const { passed = 0, failed = 0 } = byStatus;
  const { arrived = 0, missing = 0 } = of("callback");
  const withResult = arrived + missing;
  return {
    verifications: total(byStatus),
    byStatus,
    passRate: passed + failed === 0 ? null : passed / (passed + failed),
    subCodes: of("sub_code"),
    secondsToOutcome: quantiles(of("seconds")),
    dropOff: { progress: of("progress"), pages: of("page") },
    arrival: { withResult, withCallback: arrived, ratio: withResult === 0 ? null : arrived / withResult },
  };
}

/** Without a prototype: values are whatever a provider says. */
function summed(counts: readonly Pick<Count, "value" | "count">[]): Record<string, number> {
  const sums: Record<string, number> = Object.create(null);
  for (const { value, count } of counts) sums[value] = (sums[value] ?? 0) + count;
  return sums;
}

const total = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

function quantiles(steps: Record<string, number>): Figures["secondsToOutcome"] {
  const sorted = Object.entries(steps)
    .map(([step, count]) => ({ step: Number(step), count }))
    .sort((a, b) => a.step - b.step);
  if (sorted.length === 0) return null;
  const all = total(steps);
  const at = (share: number) => quantile(sorted, share * all);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

/** Where the times that come first end; within a step as if they were spread evenly, by their logarithm. */
function quantile(steps: readonly { step: number; count: number }[], first: number): number {
  let left = first;
  for (const { step, count } of steps) {
    if (left <= count) return Number((10 ** ((step - 1 + left / count) / STEPS_BY_DECADE)).toPrecision(3));
    left -= count;
  }
  throw new Error("There are fewer times than were counted.");
}

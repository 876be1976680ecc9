import type { Figures } from "@verdict/db";
import { DISCREPANCIES, RETENTION_CLASSES } from "@verdict/domain";
import { oneOfValues, type Registry } from "@verdict/runtime";
import { type KeepOptions, keepReading } from "./keep-reading.ts";
import { addReadGauges, type ReadGauges, type Sample } from "./read-gauges.ts";

type Options = KeepOptions & {
  read: () => Promise<Figures>;
  now: () => Date;
};

type Reading = { figures: Figures; at: Date };

const SEVERITIES = ["critical", "warning"] as const;
const WORK_KINDS = ["receipt", "batch", "job"] as const;
const classOf = oneOfValues([...RETENTION_CLASSES, "refusals"]);

const seconds = (since: Date | null, at: Date): number =>
  since ? Math.max(0, at.getTime() - since.getTime()) / 1_000 : 0;

/** One sample for every value of the label, zero where nothing was counted. */
const each = <Value extends string>(
  label: string,
  values: readonly Value[],
  countOf: (value: Value) => number,
): Sample[] => values.map((value) => ({ labels: { [label]: value }, value: countOf(value) }));

const GAUGES: ReadGauges<Reading> = {
  verdict_overdue_verifications: [
    "Open verifications five minutes past their window and grace; more than 0: a promise is broken, or the provider holds them back",
    ["route", "product"],
    ({ figures }) =>
      figures.quota
        .filter((line) => !figures.overdue.some(isOf(line)))
        .map(({ route, product }) => ({ route, product, count: 0 }))
        .concat(figures.overdue)
        .map(({ count, ...labels }) => ({ labels, value: count })),
  ],
  verdict_open_discrepancies: [
    "Evidence that disagrees, or matches nothing, and that nobody has closed",
    ["type"],
    ({ figures }) =>
      each("type", DISCREPANCIES, (type) => figures.openDiscrepancies.find((one) => one.type === type)?.count ?? 0),
  ],
  verdict_open_alerts: [
    "Alerts that are not resolved",
    ["severity"],
    ({ figures }) =>
      each("severity", SEVERITIES, (of) => figures.openAlerts.find(({ severity }) => severity === of)?.count ?? 0),
  ],
  verdict_oldest_untold_seconds: [
    "How long the oldest alert has waited to be told to anybody; 0: none waits",
    [],
    ({ figures, at }) => [{ labels: {}, value: seconds(figures.oldestUntoldAt, at) }],
  ],
  verdict_given_up_work: [
    "Work that was given up and waits for a person",
    ["kind"],
    ({ figures }) => each("kind", WORK_KINDS, (of) => figures.openWork.find(({ kind }) => kind === of)?.count ?? 0),
  ],
  verdict_unsealed_statements: [
    "Statements whose evidence waits for its seal, counted up to 100000",
    [],
    ({ figures }) => [{ labels: {}, value: figures.unsealed }],
  ],
  verdict_waiting_batches: [
    "Group commits of callbacks that no receipts were made of yet",
    [],
    ({ figures }) => [{ labels: {}, value: figures.batches }],
  ],
  verdict_oldest_batch_seconds: [
    "How long the oldest group commit without receipts has waited; 0: none does",
    [],
    ({ figures, at }) => [{ labels: {}, value: seconds(figures.oldestBatchAt, at) }],
  ],
  verdict_retention_last_run_timestamp_seconds: [
    "When what is too old was last deleted, by class; a class that is kept for ever has none",
    ["class"],
    ({ figures }) =>
      figures.retention.map(({ class: of, endedAt }) => ({
        labels: { class: classOf(of) },
        value: endedAt.getTime() / 1_000,
      })),
  ],
  verdict_event_partitions_ahead_seconds: [
    "For how long from now there are partitions that events are written to",
    [],
    ({ figures, at }) => [{ labels: {}, value: figures.eventRoom.until ? seconds(at, figures.eventRoom.until) : 0 }],
  ],
  verdict_unplaced_events: [
    "Events outside of the partitions of weeks, counted up to 100000; more than 0: there was none when they were written",
    [],
    ({ figures }) => [{ labels: {}, value: figures.eventRoom.unplaced }],
  ],
  verdict_provider_calls_allowed_per_second: [
    "Calls of CheckResult a second that are allowed; no sample: no limit",
    ["route", "product"],
    ({ figures }) =>
      figures.quota.map(({ route, product, perSecond }) => ({ labels: { route, product }, value: perSecond })),
  ],
  verdict_quota_used_ratio: [
    "The share of the calls of CheckResult a second that is under way or was used within the last one",
    ["route", "product"],
    ({ figures }) =>
      figures.quota.map(({ route, product, perSecond, used }) => ({
        labels: { route, product },
        value: perSecond === 0 ? 1 : used / perSecond,
      })),
  ],
};

type Line = { route: string; product: string };

const isOf = (line: Line) => (other: Line) => line.route === other.route && line.product === other.product;

/** Adds how far the promises are kept, as it stands in Postgres: the same on every API, read as the backlog is. */
export function addFigureMetrics(registry: Registry, { read, now, ...limits }: Options): void {
  addReadGauges(
    registry,
    GAUGES,
    keepReading(async () => ({ figures: await read(), at: now() }), limits),
  );
}

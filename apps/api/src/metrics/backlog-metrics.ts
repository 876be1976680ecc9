import { type Backlog, LANE_NAMES } from "@verdict/db";
import { type BreakerState, drainSeconds, type Product } from "@verdict/domain";
import type { Registry } from "@verdict/runtime";
import { type KeepOptions, keepReading } from "./keep-reading.ts";
import { addReadGauges, type ReadGauges } from "./read-gauges.ts";

type Options = KeepOptions & {
  read: () => Promise<Backlog>;
  now: () => Date;
};

const GAUGES: ReadGauges<Reading> = {
  verdict_due_checks: [
    "Verifications to be asked about now",
    ["route", "product", "lane"],
    ({ backlog, lines }) =>
      lines.flatMap((line) =>
        LANE_NAMES.map((lane, number) => ({
          labels: { ...line, lane },
          value: sum(backlog.due.filter((due) => isOf(line)(due) && due.lane === number)),
        })),
      ),
  ],
  verdict_open_verifications: [
    "Verifications that still owe an outcome",
    ["route", "product", "status"],
    ({ backlog, lines }) =>
      lines.flatMap((line) =>
        (["initializing", "awaiting", "claimed"] as const).map((status) => ({
          labels: { ...line, status },
          value: sum(backlog.open.filter((open) => isOf(line)(open) && open.status === status)),
        })),
      ),
  ],
  verdict_oldest_open_seconds: [
    "Age of the oldest open verification; 0: none is open",
    [],
    ({ backlog: { oldestOpenAt }, at }) => [{ labels: {}, value: age(oldestOpenAt, at) }],
  ],
  verdict_backlog_drain_seconds: [
    "How long it takes to ask about all that is due, at the calls a second that are allowed; 0 without a limit",
    ["route", "product"],
    ({ backlog, lines }) =>
      lines.map((line) => {
        const budget = backlog.budgets.find(isOf(line));
        return { labels: line, value: drainSeconds(sum(backlog.due.filter(isOf(line))), budget?.perSecond ?? null) };
      }),
  ],
  verdict_breaker_state: [
    "1 for the state in which calls to the provider are",
    ["route", "product", "state"],
    ({ backlog, lines }) =>
      lines.flatMap((line) => {
        const held = backlog.breakers.find(isOf(line))?.state ?? "closed";
        return STATES.map((state) => ({ labels: { ...line, state }, value: state === held ? 1 : 0 }));
      }),
  ],
  verdict_undelivered_events: [
    "Events that endpoints have not taken: not made deliveries of yet, on their way, waiting for a disabled endpoint, or given up",
    ["state"],
    ({ backlog: { deliveries } }) =>
      Object.entries({
        behind: deliveries.behind,
        pending: deliveries.pending,
        waiting: deliveries.waiting,
        given_up: deliveries.givenUp,
      }).map(([state, value]) => ({ labels: { state }, value })),
  ],
  verdict_oldest_undelivered_seconds: [
    "How long the oldest event has been on its way to an endpoint that is switched on; 0: none is",
    [],
    ({ backlog: { deliveries }, at }) => [{ labels: {}, value: age(deliveries.oldestAt, at) }],
  ],
  verdict_statistics_lag_seconds: [
    "How long the counts that statistics are read from have been out of date; 0: they are not",
    [],
    ({ backlog: { countsStaleSince }, at }) => [{ labels: {}, value: age(countsStaleSince, at) }],
  ],
  verdict_inbox_receipts: [
    "Receipts that wait for a decision",
    [],
    ({ backlog }) => [{ labels: {}, value: backlog.inboxReceipts }],
  ],
};

const STATES: readonly BreakerState[] = ["closed", "open", "half_open", "parked"];

const age = (since: Date | null, at: Date): number => (since ? Math.max(0, at.getTime() - since.getTime()) / 1000 : 0);

type Line = { route: string; product: Product };
type Reading = { backlog: Backlog; lines: Line[]; at: Date };

const isOf = (line: Line) => (other: Line) => line.route === other.route && line.product === other.product;
const sum = (counted: readonly { count: number }[]): number => counted.reduce((total, { count }) => total + count, 0);

/** Every route and product there is anything to say about. */
function linesOf({ due, open, budgets, breakers }: Backlog): Line[] {
  const named = [...due, ...open, ...budgets, ...breakers].map(({ route, product }) => ({ route, product }));
  return [...new Map(named.map((line) => [`${line.product} ${line.route}`, line])).values()];
}

/**
 * Adds what waits, and what holds it up, to a registry. It is read when somebody asks for the page, at most once in `keptMs`
 * whoever asks; while it cannot be read these metrics have no samples, and the page is served without them.
 */
export function addBacklogMetrics(registry: Registry, { read, now, ...limits }: Options): void {
  const latest = keepReading(async (): Promise<Reading> => {
    const backlog = await read();
    return { backlog, lines: linesOf(backlog), at: now() };
  }, limits);
  addReadGauges(registry, GAUGES, latest);
}

import {
  type Backlog,
  type BudgetUse,
  countCallsHeld,
  countClaims,
  type Db,
  findDutyDone,
  readBacklog,
} from "@verdict/db";
import { drainSeconds, PRODUCTS, type Reach, reaches, STATUSES } from "@verdict/domain";
import { CONDITIONS_DUTY } from "@verdict/services";
import { z } from "zod";
import { call, calls } from "../http/call.ts";
import { json } from "../http/responses.ts";

export type NowDeps = { db: Db; now: () => Date };

const time = z.iso.datetime();

const NowSchema = z.object({
  at: time,
  workerSeenAt: time
    .nullable()
    .describe("When a worker last went its rounds, which it does every few seconds; null: never"),
  open: z.partialRecord(z.enum(STATUSES), z.number()).describe("Verifications that still owe an outcome"),
  oldestOpenAt: time.nullable().describe("Of all routes; null as well for callers bound to some"),
  callbacksLastMinute: z.number().describe("Sessions whose first callback came within it"),
  waitingReceipts: z
    .number()
    .nullable()
    .describe("Callbacks that wait for a decision; null for callers bound to routes"),
  lines: z
    .array(
      z.object({
        route: z.string(),
        product: z.enum(PRODUCTS),
        open: z.number(),
        due: z.number().describe("Questions to the provider that are due now"),
        perSecond: z.number().nullable().describe("Questions a second that are allowed; null: no limit"),
        inUse: z.number().describe("Questions under way, or answered within the last second"),
        drainSeconds: z.number().describe("How long it takes to ask about all that is due"),
        breaker: z.string().describe("`closed`: calls go through"),
      }),
    )
    .describe("Each route and product there is anything to say about"),
});

const nowCall = call({
  id: "getNow",
  tag: "Statistics",
  permission: "stats.read",
  concerns: "routes",
  method: "get",
  path: "/v1/now",
  summary: "What is going on at this moment",
  answers: { 200: json(NowSchema, "As of now") },
});

const MINUTE_MS = 60_000;

export const nowRoutes = ({ db, now }: NowDeps) =>
  calls().openapi(nowCall, async (c) => {
    const at = now();
    const { routes } = c.var.caller;
    const [backlog, use, workerSeenAt, callbacksLastMinute] = await Promise.all([
      readBacklog(db, at),
      countCallsHeld(db),
      findDutyDone(db, CONDITIONS_DUTY),
      countClaims(db, new Date(at.getTime() - MINUTE_MS), routes),
    ]);
    const lines = linesOf(backlog, use, routes);
    const body = {
      at: at.toISOString(),
      workerSeenAt: workerSeenAt?.toISOString() ?? null,
      open: openByStatus(backlog, routes),
      oldestOpenAt: routes === null ? (backlog.oldestOpenAt?.toISOString() ?? null) : null,
      callbacksLastMinute,
      waitingReceipts: routes === null ? backlog.inboxReceipts : null,
      lines,
    };
    return c.json(body, 200);
  });

type Line = { route: string; product: (typeof PRODUCTS)[number] };

const sum = (counted: readonly { count: number }[]): number => counted.reduce((total, { count }) => total + count, 0);

function openByStatus({ open }: Backlog, routes: Reach): Partial<Record<(typeof STATUSES)[number], number>> {
  const seen = open.filter(({ route }) => reaches({ routes }, route));
  const groups = Map.groupBy(seen, ({ status }) => status);
  return Object.fromEntries([...groups].map(([status, counted]) => [status, sum(counted)]));
}

function linesOf({ due, open, budgets, breakers }: Backlog, use: readonly BudgetUse[], routes: Reach) {
  const named: Line[] = [...due, ...open, ...budgets, ...breakers].filter(({ route }) => reaches({ routes }, route));
  const lines = new Map(named.map(({ route, product }) => [`${route} ${product}`, { route, product }]));
  return [...lines.values()]
    .sort((a, b) => a.route.localeCompare(b.route) || a.product.localeCompare(b.product))
    .map((line) => {
      const isOf = (other: Line) => other.route === line.route && other.product === line.product;
      const waiting = sum(due.filter(isOf));
      const perSecond = budgets.find(isOf)?.perSecond ?? null;
      return {
        ...line,
        open: sum(open.filter(isOf)),
        due: waiting,
        perSecond,
        inUse: use.find(isOf)?.inUse ?? 0,
        drainSeconds: drainSeconds(waiting, perSecond),
        breaker: breakers.find(isOf)?.state ?? "closed",
      };
    });
}

import { setTimeout as sleep } from "node:timers/promises";
import { type Db, findDueBudgets, setCallLimit } from "@verdict/db";
import { type CheckPolicy, PRODUCTS, type Product } from "@verdict/domain";
import { type AskAtOnce, type AskedAtOnce, type CheckDueDeps, checkDue } from "@verdict/services";
import { bell } from "./bell.ts";

/** What is asked about one route. */
export type AskedRoute = Pick<CheckDueDeps, "client"> & {
  slug: string;
  /** Calls a second by product. One that is not named has no limit. */
  qps: Readonly<Partial<Record<Product, number>>>;
};

export type AskerOptions = Omit<CheckDueDeps, "client" | "pause" | "policy"> & {
  db: Db;
  /** As it stands at the moment: a route that has fallen silent is asked about more densely. */
  policy: (route: string, product: Product) => CheckPolicy;
  /** How often Postgres is searched for what became due without anybody saying so. */
  intervalMs: number;
  /** Questions under way at a time, by route and product. */
  atATime: number;
  stopping: AbortSignal;
  /** The same client, for whoever wants to hear of its calls. */
  observe?: (client: AskedRoute["client"], line: { route: string; product: Product }) => AskedRoute["client"];
  /** Hears of the first failure of a row of them. */
  onTrouble: (error: unknown) => void;
};

export type Asker = {
  /** Says that something of a route has become due. */
  ring(route: string): void;
  /** Asks about what was just claimed, before it becomes due for everybody. */
  askAtOnce: AskAtOnce;
  /** Resolves after `stopping`, when every question under way has ended. */
  ended: Promise<unknown>;
};

/**
 * Asks the provider about whatever is due, for each route and product by itself: one that is slow, throttled or refused
 * holds up no other. Any number of workers may do this at the same time.
 */
export function startAsking(routes: readonly AskedRoute[], options: AskerOptions): Asker {
  const { db, intervalMs, atATime, stopping, onTrouble, policy, observe, ...deps } = options;
  const lines = routes.flatMap(({ slug, client, qps }) =>
    PRODUCTS.map((product) => {
      const perSecond = qps[product] ?? null;
      const pause = (ms: number) => pauseFor(ms, stopping);
      const asks = {
        ...deps,
        db,
        client: observe?.(client, { route: slug, product }) ?? client,
        pause,
        // Read for each question, since it changes.
        get policy() {
          return policy(slug, product);
        },
      };
      const due = checkDue(asks, { route: slug, product, perSecond, atATime });
      return { route: slug, product, perSecond, due, bell: bell() };
    }),
  );

  async function work({ route, product, perSecond, due, bell }: (typeof lines)[number]): Promise<void> {
    if (perSecond !== null) await retried(() => setLimits(db, route, product, perSecond));
    while (!stopping.aborted) {
      const moreInMs = await retried(async () => (await due.round()).moreInMs);
      if (moreInMs === 0) await due.oneEnds();
      else await bell.rung(moreInMs, stopping);
    }
    await due.idle();
  }

  /** Everybody's bell is rung by what is due, as by those who know that something has become due. */
  async function lookAround(): Promise<void> {
    while (!stopping.aborted) {
      const found = await retried(() => findDueBudgets(db, lines, options.now()));
      for (const { route, product } of found ?? []) {
        for (const line of lines) if (line.route === route && line.product === product) line.bell.ring();
      }
      await sleep(intervalMs, undefined, { signal: stopping }).catch(() => {});
    }
  }

  let failing = false;
  async function retried<T>(attempt: () => Promise<T>): Promise<T | null> {
    for (;;) {
      try {
        const result = await attempt();
        failing = false;
        return result;
      } catch (error) {
        if (stopping.aborted) return null;
        if (!failing) onTrouble(error);
        failing = true;
        await sleep(intervalMs, undefined, { signal: stopping }).catch(() => {});
      }
    }
  }

  return {
    ring(route) {
      for (const line of lines) if (line.route === route) line.bell.ring();
    },
    async askAtOnce(claimed) {
      const asking = lines.flatMap(({ route, product, due }) => {
        const ours = claimed.filter((row) => row.route === route && row.product === product);
        return ours.length > 0 ? due.askAtOnce(ours) : [];
      });
      return together(await Promise.all(asking));
    },
    ended: Promise.all([lookAround(), ...lines.map(work)]),
  };
}

const together = (asked: readonly AskedAtOnce[]): AskedAtOnce => ({
  answers: new Map(asked.flatMap(({ answers }) => [...answers])),
  asked: new Map(asked.flatMap(({ asked }) => [...asked])),
  over: (rows) => {
    for (const { over } of asked) over(rows);
  },
});

/** A timer goes by whole milliseconds and may be early by one. */
async function pauseFor(ms: number, stopping: AbortSignal): Promise<void> {
  const until = performance.now() + ms;
  for (let left = ms; left > 0; left = until - performance.now()) {
    await sleep(Math.ceil(left), undefined, { signal: stopping });
  }
}

async function setLimits(db: Db, route: string, product: Product, perSecond: number): Promise<void> {
  await setCallLimit(db, { route, product, operation: "CheckResult" }, perSecond);
  await setCallLimit(db, { route, product, operation: "CheckVerifyLog" }, perSecond);
  await setCallLimit(db, { route, product, operation: "DeleteVerifyResult" }, perSecond);
}

import { Hono } from "hono";

/** Resolves when the part it asks is well, throws or hangs when not. */
export type HealthCheck = () => Promise<unknown>;

type Options = {
  /** Checks of /readyz by name. None: ready as soon as it answers. */
  checks?: Readonly<Record<string, HealthCheck>>;
  /** How long one check may take. */
  limitMs?: number;
  /** How long the result of all checks is told again. Strangers may ask as often as they like. */
  keptMs?: number;
  /** Milliseconds of a clock that only goes forward. */
  clock?: () => number;
  /** Aborted when the app begins to stop: /readyz then turns traffic away while open requests finish. */
  stopping?: AbortSignal;
};

/**
 * `/livez` (200 while the process can answer at all) and `/readyz` (503 with the names of the failed checks). Why a check
 * failed is not told: these pages are open to strangers.
 */
export function healthRoutes({ checks = {}, limitMs = 2_000, stopping, ...when }: Options = {}) {
  const failedChecks = shared(() => runChecks(checks, limitMs), when);
  return new Hono()
    .get("/livez", (c) => c.json({ status: "live" }, 200, noStore))
    .get("/readyz", async (c) => {
      if (stopping?.aborted) return c.json({ status: "stopping", failed: [] }, 503, noStore);
      const failed = await failedChecks();
      return failed.length === 0
        ? c.json({ status: "ready" }, 200, noStore)
        : c.json({ status: "unready", failed }, 503, noStore);
    });
}

const noStore = { "Cache-Control": "no-store" };

/** One run at a time for all who ask, and none while the last result is fresh. `run` must not reject. */
function shared<Result>(
  run: () => Promise<Result>,
  { keptMs = 1_000, clock = () => performance.now() }: Pick<Options, "keptMs" | "clock">,
): () => Promise<Result> {
  let latest: Promise<Result> | undefined;
  let freshUntil = 0;
  return () => {
    if (latest && clock() < freshUntil) return latest;
    freshUntil = Number.POSITIVE_INFINITY;
    latest = run().finally(() => {
      freshUntil = clock() + keptMs;
    });
    return latest;
  };
}

/** The names of the checks that fail. */
async function runChecks(checks: Readonly<Record<string, HealthCheck>>, limitMs: number): Promise<string[]> {
  const names = Object.keys(checks);
  const settled = await Promise.allSettled(Object.values(checks).map((check) => withLimit(check, limitMs)));
  return names.filter((_, index) => settled[index]?.status === "rejected");
}

async function withLimit(check: HealthCheck, limitMs: number): Promise<void> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error("The health check took too long.")), limitMs);
  try {
    await Promise.race([check(), limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}

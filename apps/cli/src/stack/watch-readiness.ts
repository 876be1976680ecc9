import type { Stack } from "./stack-file.ts";

type Options = {
  urls: Stack["urls"];
  say: (line: string) => void;
  intervalMs?: number;
  limitMs?: number;
};

/**
 * Asks the apps on the web whether they are ready, as a load balancer in front of them would, and says when that changes. The
 * asking also has the receiver connect to its stores, so that it can put the strangers it refused on record before the
 * first authentic callback.
 */
export function watchReadiness({ urls, say, intervalMs = 5_000, limitMs = 3_000 }: Options) {
  const asked = Object.entries(urls).filter(([app]) => app === "receiver" || app === "api");
  const stopped = new AbortController();
  const unready = new Set<string>();

  async function look(): Promise<void> {
    const signal = () => AbortSignal.any([stopped.signal, AbortSignal.timeout(limitMs)]);
    await Promise.all(
      asked.map(async ([app, url]) => {
        const answer = await fetch(`${url}/readyz`, { signal: signal() }).catch(() => null);
        // One that does not answer at all is being started again, and that is said where it is done.
        if (!answer || stopped.signal.aborted) return;
        const failed = answer.ok ? [] : await failedChecks(answer);
        if (failed.length > 0 && !unready.has(app)) say(`${app} is not ready, it misses: ${failed.join(", ")}`);
        if (failed.length === 0 && unready.has(app)) say(`${app} is ready again`);
        if (failed.length > 0) unready.add(app);
        else unready.delete(app);
      }),
    );
  }

  const timer = setInterval(() => void look(), intervalMs);
  return {
    /** Resolves when all have been asked once. */
    first: look(),
    stop(): void {
      clearInterval(timer);
      stopped.abort();
    },
  };
}

async function failedChecks(answer: Response): Promise<string[]> {
  const body = (await answer.json().catch(() => null)) as { failed?: unknown } | null;
  return Array.isArray(body?.failed) ? body.failed.map(String) : [`an answer other than ${answer.status}`];
}

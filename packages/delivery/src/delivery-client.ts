import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";
import { type Exchange, type ExchangeLimits, exchange, type OutgoingRequest } from "./exchange.ts";
import { PUBLIC_ONLY } from "./guard/allow-list.ts";
import { type GuardOptions, guardedConnector } from "./guard/guarded-connect.ts";
import { judgeUrl, type UrlRefusal } from "./guard/judge-url.ts";
import { systemResolve } from "./guard/resolve-target.ts";

export type DeliveryClientOptions = Partial<GuardOptions & ExchangeLimits>;

/** How a POST ended. `refused`: not a byte was sent, the target must not be sent to. */
export type Posted = Exclude<Exchange, { kind: "refused" }> | { kind: "refused"; reason: UrlRefusal };

/** Sends to addresses that somebody configured. One per process; it keeps connections open for a few seconds. */
export type DeliveryClient = {
  /** Sends once, and never rejects. Redirects are answers, cookies are forgotten, proxy settings are not looked at. */
  post(request: OutgoingRequest): Promise<Posted>;
  /** What guards other connections, such as those to mail servers, in the same way. */
  readonly guard: GuardOptions;
  /** Longest time for one attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** Lets what is under way finish for so long (2 s), then cuts it off. */
  close(patienceMs?: number): Promise<void>;
};

/** Opens a client. Standard Webhooks recommends 15 to 30 seconds for an attempt. */
export function openDeliveryClient(options: DeliveryClientOptions = {}): DeliveryClient {
  const { allowed = PUBLIC_ONLY, resolve = systemResolve, connectTimeoutMs = 5_000 } = options;
  const { timeoutMs = 15_000, bodyMs = 5_000, bodyBytesMax = 16_384 } = options;
  const guard: GuardOptions = {
    allowed,
    resolve,
    connectTimeoutMs,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
  const agent = new Agent({
    connect: guardedConnector(guard),
    // Over HTTP/2 undici may send a request again that a connection dropped.
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 30_000,
    // The limits of an exchange cover these.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const underWay = new Set<Promise<Exchange>>();
  return {
    guard,
    timeoutMs,
    async post(request) {
      const verdict = judgeUrl(request.url, allowed);
      if (!verdict.ok) return { kind: "refused", reason: verdict.reason };
      const limits = { timeoutMs, bodyMs, bodyBytesMax };
      const ending = exchange(agent, { ...request, url: verdict.url.href }, limits);
      underWay.add(ending);
      return ending.finally(() => underWay.delete(ending));
    },
    async close(patienceMs = 2_000) {
      const patience = new AbortController();
      await Promise.race([
        Promise.all(underWay),
        sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined),
      ]);
      patience.abort();
      await agent.destroy();
    },
  };
}

import type { ReceivedClaim } from "@verdict/db";
import { type ClientAddressTrust, createLogger, createMetrics } from "@verdict/runtime";
import { type AcceptDeps, acceptCallback, refusalLedger } from "@verdict/services";
import { callbackUrl, TEST_KEY } from "@verdict/testkit";
import type { ServedRoute } from "../src/callback-routes.ts";
import { createReceiver } from "../src/receiver.ts";
import { receiverMetrics } from "../src/receiver-metrics.ts";
import { type StrangerLimits, strangers } from "../src/strangers.ts";

export const NOW = new Date("2026-03-01T10:05:00.000Z");

/** A session as the provider knows it. */
export const session = {
  id: "019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a",
  route: "default",
  transactionId: "hks0123456789abcdef0123456789abc",
  expiresAt: new Date("2026-03-01T10:32:00.000Z"),
};

/** The address of a genuine callback, with some parameters changed. */
export const genuine = (changes: Record<string, string> = {}) =>
  callbackUrl(session, { passed: "Y", subCode: "200" }, changes);

/** The same address without one of its parameters. */
export function without(name: string): string {
  const [path, query] = genuine().split("?");
  const parameters = new URLSearchParams(query);
  parameters.delete(name);
  return `${path}?${parameters}`;
}

/** What the server would tell of a socket, so that a request comes from this address. */
export const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });

/** All that a sender gets to see. */
export const seen = async (answer: Response) => ({
  status: answer.status,
  headers: Object.fromEntries(answer.headers),
  body: await answer.text(),
});

export const away = () => Promise.reject(new Error("connect ECONNREFUSED"));

const touched = () => Promise.reject(new Error("A store was touched."));

/** Stores that must not be touched: whoever does learns of it as an error. */
export const untouchable = { commit: touched, recordMalformed: touched, findOpaqueToken: touched };

/** A route as it is served when nothing special was said about it. */
const servedRoute = (slug: string): ServedRoute => ({
  slug,
  tokenKeys: [TEST_KEY],
  opaqueTokens: false,
  pathSecret: null,
  allows: () => true,
});

type Options = Partial<AcceptDeps> & {
  /** What is special about `default` or `branch`. */
  routes?: Record<string, Partial<ServedRoute>>;
  /** None unless said. */
  limits?: Partial<StrangerLimits>;
  clock?: () => number;
  trust?: ClientAddressTrust;
  now?: () => Date;
  checks?: Record<string, () => Promise<unknown>>;
  production?: boolean;
};

/** A receiver with two routes whose stores a test brings; every touch of a store and every line of the log is kept. */
export function givenReceiver(options: Options = {}) {
  const committed: ReceivedClaim[] = [];
  const malformed: object[] = [];
  const lookedUp: string[] = [];
  const lines: string[] = [];
  const now = options.now ?? (() => NOW);
  const ledger = refusalLedger({ rowsPerHour: 500, now });
  const accept = acceptCallback({
    commit: async (receipt) => {
      committed.push(receipt);
      await options.commit?.(receipt);
    },
    recordMalformed: async (callback) => {
      malformed.push(callback);
      await options.recordMalformed?.(callback);
    },
    findOpaqueToken: async (route, token) => {
      lookedUp.push(token);
      return (await options.findOpaqueToken?.(route, token)) ?? null;
    },
  });
  const routes = ["default", "branch"].map((slug) => ({ ...servedRoute(slug), ...options.routes?.[slug] }));
  const metrics = createMetrics("receiver");
  const app = createReceiver({
    routes: new Map(routes.map((route) => [route.slug, route])),
    accept,
    strangers: strangers({ perSource: 0, perRoute: 0, ...options.limits }, ledger, options.clock ?? (() => 0)),
    trust: options.trust ?? null,
    now,
    log: createLogger({ name: "receiver", level: "trace" }, { write: (line) => void lines.push(line) }),
    metrics,
    counts: receiverMetrics(
      metrics,
      routes.map(({ slug }) => slug),
    ),
    metricsAccess: { production: options.production ?? false },
    checks: options.checks ?? {},
  });
  return {
    app,
    committed,
    malformed,
    lookedUp,
    lines,
    touched: () => committed.length + malformed.length + lookedUp.length,
    /** What was refused since the last time, as `route reason source`, with how often. */
    refusals: () =>
      Object.fromEntries(
        ledger.take().map(({ route, reason, source, times }) => [`${route} ${reason} ${source}`, times]),
      ),
  };
}

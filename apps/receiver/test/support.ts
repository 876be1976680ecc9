import type { NewReceipt } from "@verdict/db";
import { createLogger, createMetrics } from "@verdict/runtime";
import { acceptCallback } from "@verdict/services";
import { callbackUrl, TEST_KEY } from "@verdict/testkit";
import { createReceiver } from "../src/receiver.ts";

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

type Options = {
  commit?: (receipt: NewReceipt) => Promise<void>;
  recordMalformed?: (callback: object) => Promise<void>;
  now?: () => Date;
  checks?: Record<string, () => Promise<unknown>>;
  production?: boolean;
};

/** A receiver with two routes whose stores a test brings; every touch of a store and every line of the log is kept. */
export function givenReceiver(options: Options = {}) {
  const committed: NewReceipt[] = [];
  const malformed: object[] = [];
  const lines: string[] = [];
  const accept = acceptCallback({
    tokenKeys: (route) => (route === "default" || route === "branch" ? [TEST_KEY] : null),
    commit: async (receipt) => {
      committed.push(receipt);
      await options.commit?.(receipt);
    },
    recordMalformed: async (callback) => {
      malformed.push(callback);
      await options.recordMalformed?.(callback);
    },
  });
  const app = createReceiver({
    accept,
    now: options.now ?? (() => NOW),
    log: createLogger({ name: "receiver", level: "trace" }, { write: (line) => void lines.push(line) }),
    metrics: createMetrics("receiver"),
    metricsAccess: { production: options.production ?? false },
    checks: options.checks ?? {},
  });
  return { app, committed, malformed, lines, touched: () => committed.length + malformed.length };
}

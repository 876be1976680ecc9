import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, vi } from "vitest";
import { migrateQueue, openQueue, type Queue } from "../src/index.ts";
import { endings } from "./contract/endings.ts";
import { namespaces } from "./contract/namespaces.ts";
import { outages } from "./contract/outages.ts";
import { payloads } from "./contract/payloads.ts";
import type { Setup, StoreUnderTest } from "./contract/setup.ts";
import { takeovers } from "./contract/takeovers.ts";
import { twins } from "./contract/twins.ts";

/** What every driver promises, in words of the package's own API. */
export function queueContract(store: StoreUnderTest): void {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
  const prefix = `contract-${randomUUID().slice(0, 8)}`;
  let shared: Queue | undefined;
  const setup: Setup = {
    ...store,
    prefix,
    queue() {
      if (!shared) throw new Error("not before the first test");
      return shared;
    },
    // Generous, for a busy test machine; where a test is about time it says so.
    open: (config) => openQueue({ url: store.url(), prefix, timeoutMs: 10_000, ...config }),
  };

  beforeAll(async () => {
    await migrateQueue(store.url(), prefix);
    shared = setup.open();
  });
  afterAll(() => shared?.close());

  describe("payloads", () => payloads(setup));
  describe("twins and lanes", () => twins(setup));
  describe("endings", () => endings(setup));
  describe("takeovers", () => takeovers(setup));
  describe("namespaces", () => namespaces(setup));
  describe("outages", () => outages(setup));
}

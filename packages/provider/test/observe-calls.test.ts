import { expect, test } from "vitest";
import { type MadeCall, observeCalls, type ProviderClient } from "../src/index.ts";

const facts = { httpStatus: 200, code: "Success", message: "success", requestId: "R-1" };

/** A client whose every call is answered like this. */
const givenClient = (answer: () => Promise<unknown>): ProviderClient =>
  new Proxy({} as ProviderClient, {
    get: (_, name) => (name === "close" ? async () => {} : answer),
    ownKeys: () => ["close", "checkResult"],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });

test("each call is heard of once with what it was about and how it was answered, and answered as before", async () => {
  const heard: MadeCall[] = [];
  const answer = { ...facts, kind: "ok", result: { passed: "Y", materialInfo: "hunter2" } };
  const client = observeCalls(
    givenClient(async () => answer),
    (call) => heard.push(call),
  );
  expect(await client.checkResult({ merchantBizId: "hunter2", transactionId: "hks-1" })).toBe(answer);
  await client.keepalive();
  expect(heard).toMatchObject([
    { operation: "CheckResult", transactionId: "hks-1", product: null, answer: "ok", code: "Success", httpStatus: 200 },
    { operation: "KeepaliveIntl", transactionId: null, product: null, answer: "ok" },
  ]);
  expect(heard.every(({ durationMs, begunAt }) => durationMs >= 0 && begunAt instanceof Date)).toBe(true);
  expect(JSON.stringify(heard)).not.toContain("hunter2");
});

test("a request that broke its schema was no call: it rejects, and nobody hears of it", async () => {
  const heard: MadeCall[] = [];
  const client = observeCalls(
    givenClient(() => Promise.reject(new Error("schema"))),
    (call) => heard.push(call),
  );
  await expect(client.checkResult({ merchantBizId: "m", transactionId: "hks-1" })).rejects.toThrow("schema");
  expect(heard).toEqual([]);
});

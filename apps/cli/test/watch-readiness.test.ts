import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { until } from "@verdict/testkit";
import { expect, onTestFinished, test } from "vitest";
import { watchReadiness } from "../src/stack/watch-readiness.ts";

/** An app whose readiness the test decides. */
async function givenApp() {
  const app = { failed: [] as string[], asked: 0, url: "" };
  const server = createServer((_, response) => {
    app.asked += 1;
    response.writeHead(app.failed.length > 0 ? 503 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ status: "?", failed: app.failed }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  app.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return app;
}

function watch(urls: Record<string, string>) {
  const said: string[] = [];
  const watching = watchReadiness({ urls, say: (line) => said.push(line), intervalMs: 5 });
  onTestFinished(watching.stop);
  return { said, first: watching.first };
}

test("an app that stops being ready is named with what it misses, once, and again when it is back", async () => {
  const app = await givenApp();
  const { said, first } = watch({ receiver: app.url });
  await first;
  expect([app.asked, said]).toEqual([1, []]);

  app.failed = ["store"];
  await until(async () => said.length > 0);
  const asked = app.asked;
  await until(async () => app.asked > asked + 2);
  app.failed = [];
  await until(async () => said.length > 1);
  expect(said).toEqual(["receiver is not ready, it misses: store", "receiver is ready again"]);
});

test("an app that does not answer holds nothing up", async () => {
  const { said, first } = watch({ api: "http://127.0.0.1:1" });
  await first;
  expect(said).toEqual([]);
});

test("the simulator is nobody's dependency and is not asked", async () => {
  const app = await givenApp();
  await watch({ simulator: app.url }).first;
  expect(app.asked).toBe(0);
});

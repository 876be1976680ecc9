import { createMetrics } from "@verdict/runtime";
import { documentedMetrics, metricsOf, updateDocumentedMetrics } from "@verdict/testkit";
import { expect, test } from "vitest";
import { receiverMetrics } from "../src/receiver-metrics.ts";
import { anySinkAnswers } from "../src/sinks.ts";
import { away, from, genuine, givenReceiver, without } from "./support.ts";

const samples = async (app: ReturnType<typeof givenReceiver>["app"]): Promise<Map<string, number>> => {
  const text = await (await app.request("/metrics")).text();
  const lines = text.split("\n").filter((line) => line.startsWith("verdict_"));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(" ")).replace(',app="receiver"', ""),
      Number(line.split(" ").at(-1)),
    ]),
  );
};

test("refusals are counted by route and by what was wrong", async () => {
  const { app } = givenReceiver();
  await app.request(genuine({ callbackToken: "stolen" }));
  await app.request(without("callbackToken"));
  await app.request(without("callbackToken"));
  await app.request(genuine(), { method: "POST" });
  await app.request(`${genuine()}&x=${"y".repeat(5_000)}`);
  const counted = await samples(app);
  const refused = (reason: string) =>
    counted.get(`verdict_callback_refusals_total{route="default",reason="${reason}"}`);
  expect(["token_malformed", "token_missing", "method", "too_long", "token_forged"].map(refused)).toEqual([
    1, 2, 1, 1, 0,
  ]);
  expect(counted.get('verdict_callbacks_total{route="default",outcome="refused"}')).toBe(5);
});

test("what waited for a store is timed, what was answered from memory is not", async () => {
  const { app } = givenReceiver();
  await app.request(genuine());
  await app.request("/callbacks/default");
  await app.request(without("callbackToken"));
  expect((await samples(app)).get('verdict_callback_answer_seconds_count{app="receiver"}')).toBe(1);
});

test("whatever strangers send, the page has the same series as before they came", async () => {
  const { app } = givenReceiver({ commit: away, routes: { branch: { pathSecret: "a-path-only-the-provider-knows" } } });
  const before = [...(await samples(app)).keys()];
  for (const word of ["constructor", "__proto__", "a'b\"c", 'route="x"', "0b7f", "%F0%9F%98%80"]) {
    await app.request(`/callbacks/${encodeURIComponent(word)}?callbackToken=${word}`, {}, from("198.51.100.7"));
    await app.request(`/callbacks/default/${encodeURIComponent(word)}`, { method: "HEAD" });
    await app.request(genuine({ subCode: word, [word]: word }), { method: "GET" });
    await app.request(`/${encodeURIComponent(word)}`, { method: "DELETE" });
  }
  expect([...(await samples(app)).keys()]).toEqual(before);
});

test.each([
  ["both stores answer", true, true, 200],
  ["Redis is away", true, false, 200],
  ["Postgres is away", false, true, 200],
  ["both are away", false, false, 503],
])(
  "while %s the receiver is live, and /readyz says whether a callback could be kept",
  async (_, postgres, queue, ready) => {
    const sinks = [postgres, queue].map((answers) => ({ ping: answers ? async () => {} : away }));
    const { app } = givenReceiver({ checks: { store: anySinkAnswers(sinks) } });
    expect((await app.request("/readyz")).status).toBe(ready);
    expect((await app.request("/livez")).status).toBe(200);
  },
);

test("the documentation names every metric of the receiver, and no other", async () => {
  const registry = createMetrics("receiver");
  receiverMetrics(registry, ["default"]);
  const metrics = await metricsOf(registry);
  updateDocumentedMetrics("receiver", metrics);
  expect(documentedMetrics("receiver")).toEqual(metrics);
});

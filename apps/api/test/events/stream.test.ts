import { until } from "@verdict/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ApiDeps } from "../../src/api.ts";
import { setup } from "../support.ts";
import { givenEvent, streamReader } from "./feed.ts";

let s: Awaited<ReturnType<typeof setup>>;
const open: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  s = await setup();
});
afterEach(async () => {
  for (const stream of open.splice(0)) await stream.close();
  await s.database.drop();
});

/** A client that follows the stream. */
async function follow(query = "", headers: Record<string, string> = {}, deps: Partial<ApiDeps> = {}) {
  const app = s.apiWith(deps);
  const response = await app.request(`/v1/events${query}`, {
    headers: { ...s.authorized(), Accept: "text/event-stream", ...headers },
  });
  expect(response.headers.get("Content-Type")).toBe("text/event-stream");
  const stream = streamReader(response);
  open.push(stream);
  return stream;
}
const events = async (count: number, route?: string) => {
  const ids = [];
  for (let at = 0; at < count; at++) ids.push(await givenEvent(s.db, route));
  return ids;
};

test("a stream tells what there was and then what comes, each event once and in order", async () => {
  const before = await events(3);
  const stream = await follow();
  expect(await stream.subjects(3)).toEqual(before);
  const after = await events(30);
  expect(await stream.subjects(30)).toEqual(after);
});

test("whoever comes back with the last id goes on behind it, whatever the address says", async () => {
  const ids = await events(4);
  const first = await follow();
  expect(await first.subjects(2)).toEqual(ids.slice(0, 2));
  await first.close();
  const missed = await events(2);
  const second = await follow("?cursor=end", { "Last-Event-ID": first.lastId() });
  expect(await second.subjects(4)).toEqual([...ids.slice(2), ...missed]);
});

test("clients that keep losing their connection get every event once", async () => {
  const seen: string[] = [];
  let last: Record<string, string> = {};
  const writing = events(60);
  while (seen.length < 60) {
    const stream = await follow("", last);
    seen.push(...(await stream.subjects(Math.min(7, 60 - seen.length))));
    last = { "Last-Event-ID": stream.lastId() };
    await stream.close();
  }
  expect(seen).toEqual(await writing);
});

test("a filter holds for what there was and for what comes", async () => {
  const [one] = await events(1, "shop");
  await events(2, "elsewhere");
  const stream = await follow("?route=shop&type=alert.opened");
  expect(await stream.subjects(1)).toEqual([one]);
  await events(2, "elsewhere");
  const [two] = await events(1, "shop");
  expect(await stream.subjects(1)).toEqual([two]);
});

test("comments keep the connection open and move the id on past what does not fit", async () => {
  const stream = await follow("?route=shop", {}, { heartbeatMs: 5 });
  await stream.comment();
  const ids = await events(2, "elsewhere");
  const seen = async (id: string) => {
    const response = await s.get(`/v1/events?limit=1000&cursor=${stream.lastId()}`);
    const { items } = (await response.json()) as { items: { subjectId: string }[] };
    return !items.some(({ subjectId }) => subjectId === id);
  };
  await until(async () => {
    await stream.comment();
    return seen(ids[1] ?? "");
  });
});

test("many clients share one reader of the feed", async () => {
  const statements: string[] = [];
  s.db.sql.options.debug = (_, query) => statements.push(query);
  const app = s.apiWith();
  const streams = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const headers = { ...s.authorized(), Accept: "text/event-stream" };
      const stream = streamReader(await app.request("/v1/events?cursor=end", { headers }));
      open.push(stream);
      return stream;
    }),
  );
  // Until everybody has caught up and waits.
  const [first] = await events(1);
  for (const stream of streams) expect(await stream.subjects(1)).toEqual([first]);

  statements.length = 0;
  const ids = await events(3);
  for (const stream of streams) expect(await stream.subjects(3)).toEqual(ids);
  const reads = statements.filter((query) => query.includes("feed_horizon()"));
  expect(reads.length).toBeLessThan(30);
});

test("an API that stops ends its streams", async () => {
  const stopping = new AbortController();
  const stream = await follow("", {}, { stopping: stopping.signal });
  const [id] = await events(1);
  expect(await stream.subjects(1)).toEqual([id]);
  stopping.abort();
  expect(await stream.next()).toBeNull();
});

import { until } from "@verdict/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bearer, givenKey } from "../access/callers.ts";
import { problemOf, setup } from "../support.ts";
import { givenEvent, streamReader } from "./feed.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeEach(async () => {
  s = await setup();
});
afterEach(() => s.database.drop());

const readBy = async (key: string, query = "") => {
  const response = await s.app.request(`/v1/events${query}`, { headers: bearer(key) });
  const { items } = (await response.json()) as { items: { route: string }[] };
  return items.map(({ route }) => route);
};

test("a key that is bound to routes sees what happened on those, and nothing of others", async () => {
  const { key } = await givenKey(s, { scopes: ["events.read"], routes: ["shop"] });
  for (const route of ["shop", "bank", "shop"]) await givenEvent(s.db, route);
  await until(async () => (await readBy(key)).length === 2);
  expect(await readBy(key)).toEqual(["shop", "shop"]);
  expect(await readBy(key, "?route=bank")).toEqual([]);

  const stream = streamReader(
    await s.app.request("/v1/events?cursor=end", { headers: { ...bearer(key), Accept: "text/event-stream" } }),
  );
  await givenEvent(s.db, "bank");
  const id = await givenEvent(s.db, "shop");
  expect(await stream.subjects(1)).toEqual([id]);
  await stream.close();
});

test("a key without the permission is refused", async () => {
  const { key } = await givenKey(s, { scopes: ["verifications.read"] });
  const response = await s.app.request("/v1/events", { headers: bearer(key) });
  expect(await problemOf(response)).toMatchObject({ httpStatus: 403, code: "forbidden" });
});

test("a stream ends when its key is revoked, before it tells anything more", async () => {
  const { key, row } = await givenKey(s, { scopes: ["events.read"] });
  const app = s.apiWith({ heartbeatMs: 5 });
  const stream = streamReader(
    await app.request("/v1/events?cursor=end", { headers: { ...bearer(key), Accept: "text/event-stream" } }),
  );
  await stream.comment();
  await s.db.sql`update api_keys set revoked_at = now(), revoked_by = 'ann' where id = ${row.id}`;
  // Within a second or so it is noticed, and the stream ends by itself.
  expect(await stream.next()).toBeNull();
});

import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
let replica: TestDatabase;
beforeAll(async () => {
  [s, replica] = await Promise.all([setup(), createTestDatabase()]);
});
afterAll(() => Promise.all([s.database.drop(), replica.drop()]));

test("searches, look-ups of many ids and statistics are read from the replica, one session and its moves are not", async () => {
  const copied = await givenVerification(replica.db);
  const fresh = await givenVerification(s.db);
  const app = s.apiWith({ replica: replica.db });
  const get = async (path: string) => {
    const answer = await app.request(path, { headers: s.authorized() });
    return { status: answer.status, body: (await answer.json()) as { items?: { id: string }[] } };
  };
  expect((await get("/v1/verifications")).body.items).toMatchObject([{ id: copied.id }]);
  expect((await get("/v1/stats")).status).toBe(200);
  expect((await get(`/v1/verifications/${fresh.id}`)).status).toBe(200);
  expect((await get(`/v1/verifications/${copied.id}`)).status).toBe(404);
});

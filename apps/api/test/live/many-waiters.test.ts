import { Agent, get } from "node:http";
import { type Db, watchChanges } from "@verdict/db";
import { serve } from "@verdict/runtime";
import { until } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeWaiters } from "../../src/live/wait-for-change.ts";
import { API_KEY, setup } from "../support.ts";

const WAITERS = 1_000;

let s: Awaited<ReturnType<typeof setup>>;
let ids: string[];
beforeAll(async () => {
  s = await setup();
  const rows = await s.db.sql<{ id: string }[]>`
    insert into verifications (id, route, product, status, merchant_biz_id, merchant_user_hash, request_hash, expires_at, created_at, updated_at)
    select gen_random_uuid(), 'default', 'FACE_VERIFY', 'awaiting', n::text, 'u', 'r', now(), now(), now()
    from generate_series(1, ${WAITERS}::int) as n
    returning id`;
  ids = rows.map(({ id }) => id);
});
afterAll(() => s.database.drop());

/** Ends some of them in one statement, and tells so as settling does. */
const pass = ({ sql }: Db, some: readonly string[]) => sql`
  with passed as (
    update verifications set status = 'passed', passed = true, version = version + 1 where id = any(${[...some]}::uuid[])
    returning id
  )
  select pg_notify('verification_changed', string_agg(id::text, ',')) from passed`;

test("a thousand wait on one process and one LISTEN, and each is woken by its own change alone", async () => {
  const waiters = changeWaiters();
  const woken: string[] = [];
  const wake = (id: string) => {
    woken.push(id);
    waiters.wake(id);
  };
  const watching = await watchChanges(s.db, wake, waiters.wakeAll);
  const serving = await serve({ app: s.apiWith({ waiters }), port: 0, variable: "API_PORT" });
  const agent = new Agent({ keepAlive: true, maxSockets: WAITERS });
  const answered: string[] = [];
  const ask = (id: string) =>
    new Promise<string>((resolve, reject) => {
      const path = `/v1/verifications/${id}?wait=60`;
      const options = { port: serving.port, path, agent, headers: { Authorization: `Bearer ${API_KEY}` } };
      get(options, async (response) => {
        const { status } = JSON.parse((await response.toArray()).join(""));
        answered.push(id);
        resolve(status);
      }).on("error", reject);
    });
  try {
    const waiting = ids.map(ask);
    await until(async () => waiters.size() === WAITERS);
    const [listening] = await s.db.sql<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity where datname = current_database() and query ilike 'listen %'`;
    expect(listening).toEqual({ count: 1 });
    expect(answered).toEqual([]);

    const [first, rest] = [ids.slice(0, 10), ids.slice(10)];
    await pass(s.db, first);
    expect(await Promise.all(waiting.slice(0, 10))).toEqual(first.map(() => "passed"));
    expect(answered.toSorted()).toEqual(first.toSorted());
    expect(waiters.size()).toBe(WAITERS - 10);

    for (let start = 0; start < rest.length; start += 66) await pass(s.db, rest.slice(start, start + 66));
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["passed"]));
    expect(waiters.size()).toBe(0);
    expect(woken.toSorted()).toEqual(ids.toSorted());
  } finally {
    agent.destroy();
    await serving.close();
    await watching.stop();
  }
});

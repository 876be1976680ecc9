import { closeDiscrepancy, forgetEvents } from "@verdict/db";
import { givenEvidence, until } from "@verdict/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { faultsOf, problemOf, setup } from "../support.ts";
import { givenEvent } from "./feed.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeEach(async () => {
  s = await setup();
});
afterEach(() => s.database.drop());

type Page = { items: { id: string; type: string; subjectId: string }[]; nextCursor: string; hasMore: boolean };

const pageAt = async (query = ""): Promise<Page> => (await (await s.get(`/v1/events${query}`)).json()) as Page;
const subjectsOf = ({ items }: Page) => items.map(({ subjectId }) => subjectId);
const events = async (count: number) => {
  const ids = [];
  for (let at = 0; at < count; at++) ids.push(await givenEvent(s.db));
  return ids;
};
/** Other tests write on the same server: what they do must be over before all there is can be read. */
const untilAll = (count: number) => until(async () => (await pageAt("?limit=1000")).items.length === count);

describe("pages", () => {
  test("whoever follows the cursors gets each event once, in order, and goes on from the end", async () => {
    const ids = await events(5);
    await untilAll(5);
    const first = await pageAt("?limit=2");
    expect(first).toMatchObject({ hasMore: true });
    const second = await pageAt(`?limit=2&cursor=${first.nextCursor}`);
    const third = await pageAt(`?limit=2&cursor=${second.nextCursor}`);
    expect([first, second, third].flatMap(subjectsOf)).toEqual(ids);
    expect(third).toMatchObject({ hasMore: false });

    expect(await pageAt(`?cursor=${third.nextCursor}`)).toMatchObject({ items: [], hasMore: false });
    const [next] = await events(1);
    await until(async () => subjectsOf(await pageAt(`?cursor=${third.nextCursor}`))[0] === next);
  });

  test("an event shows what happened and nothing of whom", async () => {
    const { transitions } = await givenEvidence(s.db);
    const id = transitions.split("/")[0] ?? "";
    await until(async () => (await pageAt(`?verificationId=${id}&type=verification.failed`)).items.length === 1);
    const { items } = await pageAt(`?verificationId=${id}&type=verification.failed`);
    expect(items).toEqual([
      {
        id: expect.any(String),
        type: "verification.failed",
        at: "2026-03-01T12:00:00.123Z",
        route: "default",
        subjectId: id,
        verificationId: id,
        version: 2,
        data: expect.objectContaining({
          status: "failed",
          passed: false,
          subCode: "204",
          outcomeSource: "check_result",
        }),
      },
    ]);
  });

  test("filters: types, a route, a verification", async () => {
    await givenEvent(s.db, "shop");
    await givenEvidence(s.db);
    await untilAll(6);
    const types = async (query: string) => (await pageAt(query)).items.map(({ type }) => type);
    expect(await types("?route=shop")).toEqual(["alert.opened"]);
    expect(await types("?route=nowhere")).toEqual([]);
    expect(await types("?type=discrepancy.opened,discrepancy.closed")).toEqual([
      "discrepancy.opened",
      "discrepancy.closed",
    ]);
    expect(await types("?type=alert.resolved&type=alert.opened")).toEqual([
      "alert.opened",
      "alert.opened",
      "alert.resolved",
    ]);
    expect(await types("?verificationId=nonsense")).toEqual([]);
  });

  test("a cursor of the end skips what there is", async () => {
    await events(2);
    await untilAll(2);
    const end = await pageAt("?cursor=end");
    expect(end).toMatchObject({ items: [], hasMore: false });
    const [next] = await events(1);
    await until(async () => subjectsOf(await pageAt(`?cursor=${end.nextCursor}`))[0] === next);
  });

  test("a cursor whose events were deleted for their age is gone, and so is one of another life of the database", async () => {
    await events(2);
    await untilAll(2);
    const { nextCursor } = await pageAt("?limit=1");
    await forgetEvents(s.db, new Date(Date.now() + 1_000), 100);
    const gone = { contentType: "application/problem+json", httpStatus: 410, code: "cursor_gone" };
    expect(await problemOf(await s.get(`/v1/events?cursor=${nextCursor}`))).toMatchObject(gone);
    const streaming = { Accept: "text/event-stream" };
    expect(await problemOf(await s.get(`/v1/events?cursor=${nextCursor}`, streaming))).toMatchObject(gone);

    const ahead = Buffer.from('["999999999999999999","00000000-0000-0000-0000-000000000000"]').toString("base64url");
    expect(await problemOf(await s.get(`/v1/events?cursor=${ahead}`))).toMatchObject(gone);
  });

  test.each([
    ["cursor=nonsense", "cursor"],
    [`cursor=${Buffer.from('["1e3","x"]').toString("base64url")}`, "cursor"],
    [
      `cursor=${Buffer.from(`["${"9".repeat(19)}","00000000-0000-0000-0000-000000000000"]`).toString("base64url")}`,
      "cursor",
    ],
    ["limit=0", "limit"],
    ["limit=1001", "limit"],
    ["type=verification.done", "type.0"],
    ["wait=61", "wait"],
    ["route=%00", "route"],
  ])("refuses %s", async (query, field) => {
    const response = await s.get(`/v1/events?${query}`);
    expect(response.status).toBe(400);
    expect(await faultsOf(response)).toEqual([field]);
  });
});

describe("waiting", () => {
  test("a page waits for its first event, and is answered as soon as that is there", async () => {
    const { nextCursor } = await pageAt("?cursor=end");
    const waiting = pageAt(`?cursor=${nextCursor}&wait=60&route=shop`);
    await givenEvent(s.db, "elsewhere");
    const id = await givenEvent(s.db, "shop");
    const page = await waiting;
    expect(subjectsOf(page)).toEqual([id]);
    // It moved on past what did not fit.
    expect(await pageAt(`?cursor=${page.nextCursor}&type=alert.opened`)).toMatchObject({ items: [] });
  });

  test("many wait at once, each for what it wants", async () => {
    const waiting = ["a", "b", "c"].flatMap((route) =>
      Array.from({ length: 20 }, async () => ({
        route,
        page: await pageAt(`?cursor=end&wait=60&route=${route}&limit=1`),
      })),
    );
    const ids: Record<string, string> = {};
    // Whoever has not begun to wait would miss what comes before, so some come again.
    const done = Promise.all(waiting);
    let over = false;
    void done.then(() => {
      over = true;
    });
    await until(async () => {
      for (const route of ["a", "b", "c"]) ids[await givenEvent(s.db, route)] = route;
      return over;
    });
    for (const { route, page } of await done)
      expect(page.items.map(({ subjectId }) => ids[subjectId])).toEqual([route]);
  });

  test("nothing comes: the page is empty after the wait, with a cursor to go on from", async () => {
    const page = await pageAt("?cursor=end&wait=1");
    expect(page).toMatchObject({ items: [], hasMore: false });
    const id = await givenEvent(s.db);
    expect(subjectsOf(await pageAt(`?cursor=${page.nextCursor}&wait=60`))).toEqual([id]);
  });

  test("an API that stops answers whoever waits", async () => {
    const stopping = new AbortController();
    const app = s.apiWith({ stopping: stopping.signal });
    const waiting = app.request("/v1/events?cursor=end&wait=60", { headers: s.authorized() });
    stopping.abort();
    expect(await (await waiting).json()).toMatchObject({ items: [], hasMore: false });
  });

  test("what was held back wakes whoever waits when it is told", async () => {
    const { transitions } = await givenEvidence(s.db);
    const id = transitions.split("/")[0] ?? "";
    await until(async () => (await pageAt("?limit=1000")).items.length === 5);
    // What givenEvidence had in doubt it has closed; the same once more, open this time.
    const [event] = await s.db.sql<{ id: string }[]>`
      insert into discrepancies (id, type, route, verification_id, opened_at)
      values (gen_random_uuid(), 'claim_contradicted', 'default', ${id}, now()) returning id`;
    await s.db.sql`
      insert into events (id, type, route, subject_id, version, verification_id, at, data, held_by)
      values (new_event_id(), 'verification.failed', 'default', gen_random_uuid(), 9, ${id}, now(),
        (select data from events where type = 'verification.failed'), ${event?.id ?? ""})`;
    const { nextCursor } = await pageAt("?cursor=end");
    const waiting = pageAt(`?cursor=${nextCursor}&wait=60&type=verification.failed`);
    await closeDiscrepancy(s.db, event?.id ?? "", { by: "ann", at: new Date(), reason: "looked into" });
    expect((await waiting).items).toHaveLength(1);
  });
});

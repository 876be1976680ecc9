import { createTestDatabase, givenVerification, type TestDatabase, until } from "@verdict/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Db,
  type FeedFilter,
  type FeedPlace,
  findFeedEnd,
  inTransaction,
  migrate,
  openDatabase,
  readFeed,
  settle,
  watchEvents,
} from "../src/index.ts";
import { discrepancyOf, givenEvent, move, NOTHING, readAll, readQuiet, untilSomebodyWaits } from "./given-events.ts";

let database: TestDatabase;
let db: Db;
beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url, { max: 30 });
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

/** A transaction that has written an event, and stays open until it is told how to end. */
async function givenOpenTransaction(route = "default") {
  const written = Promise.withResolvers<string>();
  const end = Promise.withResolvers<"commit" | "rollback">();
  const over = inTransaction(db, async (tx) => {
    written.resolve(await givenEvent(tx, { route }));
    if ((await end.promise) === "rollback") throw new Error("undone");
  }).catch((error) => {
    if (error.message !== "undone") throw error;
  });
  const id = await written.promise;
  return {
    id,
    end: (how: "commit" | "rollback") => {
      end.resolve(how);
      return over;
    },
  };
}

const subjectsOf = ({ events }: { events: { subjectId: string }[] }) => events.map(({ subjectId }) => subjectId);
const readAllQuiet = (after?: FeedPlace, filter?: FeedFilter, limit?: number) => readQuiet(db, after, filter, limit);

describe("order", () => {
  test("an event waits for those that began to be written before it, and is then read behind them", async () => {
    const first = await givenOpenTransaction();
    const second = await givenEvent(db);
    const early = await readFeed(db, {}, { limit: 10 });
    expect(early).toMatchObject({ kind: "read", events: [], more: false, pending: true });

    await first.end("commit");
    const read = await readAllQuiet(early.kind === "read" ? early.next : undefined);
    expect(subjectsOf(read)).toEqual([first.id, second]);
  });

  test("what was rolled back holds nothing up and never shows", async () => {
    const first = await givenOpenTransaction();
    const second = await givenEvent(db);
    await first.end("rollback");
    expect(subjectsOf(await readAllQuiet())).toEqual([second]);
  });

  test("whoever follows the feed while transactions end in any order sees each event once and misses none", async () => {
    // The order in which they end has nothing to do with that in which they began.
    const ends = [11, 3, 19, 0, 7, 14, 5, 16, 1, 9, 18, 12, 2, 6, 17, 10, 4, 15, 8, 13];
    const open = await Promise.all(ends.map(() => givenOpenTransaction()));
    const seen: string[] = [];
    let place: FeedPlace | undefined;
    const follow = async () => {
      const read = await readAll(db, place, {}, 3);
      seen.push(...subjectsOf(read));
      place = read.next;
      return read.pending;
    };
    const committed: string[] = [];
    for (const index of ends) {
      const transaction = open[index];
      const how = index % 5 === 0 ? "rollback" : "commit";
      await transaction?.end(how);
      if (how === "commit" && transaction) committed.push(transaction.id);
      committed.push(await givenEvent(db));
      await follow();
    }
    await until(async () => !(await follow()));
    expect(seen).toHaveLength(committed.length);
    expect(new Set(seen)).toEqual(new Set(committed));
    expect(seen).toEqual(subjectsOf(await readAll(db)));
  });

  test("events of one transaction are read in the order they were written, page by page", async () => {
    const ids = await inTransaction(db, async (tx) => {
      const written = [];
      for (let count = 0; count < 20; count++) written.push(await givenEvent(tx));
      return written;
    });
    expect(subjectsOf(await readAllQuiet(undefined, {}, 3))).toEqual(ids);
  });

  test("the end of the feed is a place to go on from", async () => {
    await givenEvent(db);
    await readAllQuiet();
    const end = await findFeedEnd(db);
    expect(subjectsOf(await readAllQuiet(end))).toEqual([]);
    const next = await givenEvent(db);
    expect(subjectsOf(await readAllQuiet(end))).toEqual([next]);
  });
});

describe("another cluster", () => {
  /** As after a restore of a dump into a cluster where transaction ids begin anew: those on record are far ahead. */
  const restore = () => db.sql`update feed set lead = lead + 1000000`;
  const begunAnew = () => db.sql`update feed set lead = lead - 1000000`;

  test("migrating makes positions go on growing, and whoever had read everything misses nothing", async () => {
    await restore();
    const before = await givenEvent(db);
    const { next } = await readAllQuiet();
    await begunAnew();
    // Without migrating, this one is lost to whoever has read on.
    await givenEvent(db);
    expect(await readFeed(db, {}, { after: next, limit: 10 })).toEqual({ kind: "ahead" });

    await migrate(database.url);
    const after = [await givenEvent(db), await givenEvent(db)];
    const read = await readAllQuiet(next);
    expect(subjectsOf(read)).toEqual(after);
    expect(subjectsOf(await readAll(db))).toContain(before);
  });

  test("migrating the same cluster changes nothing, also while somebody is writing", async () => {
    const transaction = await givenOpenTransaction();
    await givenEvent(db);
    await migrate(database.url);
    expect([...(await db.sql`select lead from feed`)]).toEqual([{ lead: "0" }]);
    await transaction.end("commit");
  });

  test("it waits for those who still write by the old count", async () => {
    await restore();
    await givenEvent(db);
    await begunAnew();
    const transaction = await givenOpenTransaction();
    const raised = db.sql`select keep_feed_growing() as raised`.execute();
    await untilSomebodyWaits(db);
    await transaction.end("commit");
    expect([...(await raised)]).toEqual([{ raised: true }]);
    const { next } = await readAllQuiet();
    const after = await givenEvent(db);
    expect(subjectsOf(await readAllQuiet(next))).toEqual([after]);
  });
});

describe("a filter", () => {
  test("by type, by route, and by the routes somebody may see", async () => {
    const [shop, bank] = [await givenEvent(db, { route: "shop" }), await givenEvent(db, { route: "bank" })];
    const held = await givenVerification(db, { route: "shop" });
    await move(db, held, "claimed");
    const read = async (filter: object) => subjectsOf(await readAllQuiet(undefined, filter));
    expect(await read({})).toEqual([shop, bank, held.id]);
    expect(await read({ types: ["alert.opened"] })).toEqual([shop, bank]);
    expect(await read({ types: ["verification.claimed", "alert.resolved"] })).toEqual([held.id]);
    expect(await read({ types: [] })).toEqual([]);
    expect(await read({ route: "shop" })).toEqual([shop, held.id]);
    expect(await read({ routes: ["bank", "mint"] })).toEqual([bank]);
    expect(await read({ routes: [] })).toEqual([]);
    expect(await read({ routes: null })).toEqual([shop, bank, held.id]);
    expect(await read({ route: "shop", routes: ["bank"] })).toEqual([]);
  });

  test("by verification: its own events, and those about its discrepancies and alerts", async () => {
    const [held, other] = [await givenVerification(db), await givenVerification(db)];
    const found = discrepancyOf(held, "mutated_replay");
    await move(db, held, "claimed", { discrepancies: [found] });
    await move(db, other, "claimed");
    const read = await readAllQuiet(undefined, { verificationId: held.id });
    expect(subjectsOf(read)).toEqual([held.id, found.id, found.alert.id]);
    expect(subjectsOf(await readAllQuiet(undefined, { verificationId: "none" }))).toEqual([]);
  });

  test("moves on past what does not fit, so that nothing is looked through twice", async () => {
    await givenEvent(db, { route: "shop" });
    await readAllQuiet();
    const read = await readFeed(db, { route: "bank" }, { limit: 10 });
    expect(read).toMatchObject({ kind: "read", events: [], more: false });
    const seen = read.kind === "read" ? read.next : undefined;
    expect(subjectsOf(await readAll(db, seen))).toEqual([]);
  });
});

describe("reading", () => {
  /** What reading does to the table of events, in one transaction of its own. */
  const costOf = (filter: FeedFilter, after?: FeedPlace) =>
    inTransaction(db, async (tx) => {
      await readFeed(tx, filter, { after, limit: 100 });
      const [cost] = await tx.sql<[{ scanned: number; rows: number }]>`
        select sum(seq_tup_read)::int as scanned, sum(seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables
        where relname in (select name from event_partitions())`;
      return cost;
    });

  test("reads by an index, and never more than a bounded part of the feed, however rare what is wanted", async () => {
    await db.sql`update feed set lead = 1000000`;
    await db.sql`
      insert into events (id, type, route, subject_id, version, verification_id, at, data, position)
      select new_event_id(), 'verification.passed', 'r' || n % 10, id, 1, id, now(), '{}', n / 3
      from (select n, gen_random_uuid() as id from generate_series(1, 200000) n) as made`;
    await db.sql`analyze events`;
    const middle = { position: "20000", id: "00000000-0000-0000-0000-000000000000" };
    const one = await db.sql<{ id: string }[]>`select subject_id as id from events where position = 45000 limit 1`;
    expect(await costOf({})).toMatchObject({ scanned: 0 });
    for (const filter of [{}, { route: "r3" }, { verificationId: one[0]?.id }]) {
      const cost = await costOf(filter, middle);
      expect(cost).toMatchObject({ scanned: 0 });
      expect(cost.rows).toBeLessThan(2_500);
    }
    const rare = await costOf({ route: "nowhere" }, middle);
    expect(rare).toMatchObject({ scanned: 0 });
    expect(rare.rows).toBeLessThan(55_000);
  });

  test("what is rare is found in steps, each of which moves on", async () => {
    await db.sql`update feed set lead = 1000000`;
    await db.sql`
      insert into events (id, type, route, subject_id, version, verification_id, at, data, position)
      select new_event_id(), 'verification.passed', case n when 45000 then 'rare' else 'shop' end, id, 1, id, now(), '{}', n / 3
      from (select n, gen_random_uuid() as id from generate_series(1, 50000) n) as made`;
    const steps = [];
    let after: FeedPlace | undefined;
    for (let more = true; more; ) {
      const read = await readFeed(db, { route: "rare" }, { after, limit: 10 });
      if (read.kind !== "read") throw new Error(read.kind);
      steps.push(read.events.length);
      ({ next: after, more } = read);
    }
    expect(steps).toEqual([0, 0, 1]);
  });
});

test("whoever watches hears that events were written, and when what was held back is told", async () => {
  const own = openDatabase(database.url, { max: 1 });
  let heard = 0;
  let connected = 0;
  const watching = await watchEvents(
    own,
    () => {
      heard += 1;
    },
    () => {
      connected += 1;
    },
  );
  expect(connected).toBe(1);
  await inTransaction(db, async (tx) => {
    await givenEvent(tx);
    await givenEvent(tx);
  });
  await until(async () => heard > 0);
  expect(heard).toBe(1);

  const held = await givenVerification(db, { status: "expired" });
  const doubt = discrepancyOf(held, "claim_contradicted");
  await settle(db, { ...NOTHING, discrepancies: [doubt] }, new Date());
  await until(async () => heard === 2);
  await move(db, held, "passed");
  await givenEvent(db);
  // Nothing was said of the one that is held back.
  await until(async () => heard === 3);
  await watching.stop();
  await own.close();
});

import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GroupCommitOptions, groupCommit, OverloadedError } from "../src/group-commit.ts";

/** A write that a test ends by hand. */
type Write = { batch: readonly string[]; succeed: () => void; fail: (error: unknown) => void };

function givenCommit(options?: GroupCommitOptions) {
  const writes: Write[] = [];
  const commit = groupCommit<string>((batch) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    writes.push({ batch, succeed: resolve, fail: reject });
    return promise;
  }, options);
  const batches = () => writes.map((write) => write.batch);
  return { commit, writes, batches };
}

/** How each commit stands. */
function outcomes(commits: Promise<void>[]) {
  const states: unknown[] = commits.map(() => "waiting");
  for (const [index, commit] of commits.entries()) {
    commit.then(
      () => (states[index] = "durable"),
      (error) => (states[index] = error),
    );
  }
  return states;
}

test("a lone item is written by itself, and is done when that write is", async () => {
  const { commit, writes, batches } = givenCommit();
  const states = outcomes([commit("a")]);
  await turn();
  expect(batches()).toEqual([["a"]]);
  expect(states).toEqual(["waiting"]);

  writes[0]?.succeed();
  await turn();
  expect(states).toEqual(["durable"]);
});

test("items of one moment are one write, in the order they came", async () => {
  const { commit, batches } = givenCommit();
  for (const item of ["a", "b", "c"]) void commit(item);
  await turn();
  expect(batches()).toEqual([["a", "b", "c"]]);
});

test("what arrives while a write is under way waits for it and forms the next one", async () => {
  const { commit, writes, batches } = givenCommit();
  void commit("a");
  await turn();
  void commit("b");
  await turn();
  void commit("c");
  await turn();
  expect(batches()).toEqual([["a"]]);

  writes[0]?.succeed();
  await turn();
  expect(batches()).toEqual([["a"], ["b", "c"]]);
});

test("an error reaches everybody of its batch and nobody else", async () => {
  const { commit, writes } = givenCommit();
  const states = outcomes([commit("a"), commit("b")]);
  await turn();
  const later = outcomes([commit("c")]);
  const refusal = new Error("no store takes it");
  writes[0]?.fail(refusal);
  await turn();
  expect(states).toEqual([refusal, refusal]);
  expect(later).toEqual(["waiting"]);

  writes[1]?.succeed();
  await turn();
  expect(later).toEqual(["durable"]);
});

test("a write that throws at once is an error like any other, and the next one goes on", async () => {
  let calls = 0;
  const commit = groupCommit<string>(() => {
    calls += 1;
    if (calls === 1) throw new Error("at once");
    return Promise.resolve();
  });
  await expect(commit("a")).rejects.toThrow("at once");
  await expect(commit("b")).resolves.toBeUndefined();
});

test("no write holds more than the largest batch", async () => {
  const { commit, writes, batches } = givenCommit({ largest: 2 });
  for (const item of ["a", "b", "c", "d", "e"]) void commit(item);
  for (let write = 0; write < 3; write++) {
    await turn();
    writes[write]?.succeed();
  }
  await turn();
  expect(batches()).toEqual([["a", "b"], ["c", "d"], ["e"]]);
});

test("another write starts while one is under way, but not with so many items under way", async () => {
  const { commit, writes, batches } = givenCommit({ inFlight: 3, itemsInFlight: 3 });
  for (const items of [["a"], ["b", "c"], ["d"], ["e"]]) {
    for (const item of items) void commit(item);
    await turn();
  }
  expect(batches()).toEqual([["a"], ["b", "c"]]);
  writes[0]?.succeed();
  await turn();
  expect(batches().slice(2)).toEqual([["d", "e"]]);
});

test("an item beyond the limit is written all the same when nothing is under way", async () => {
  const { commit, writes, batches } = givenCommit({ inFlight: 2, itemsInFlight: 1 });
  const failing = outcomes(["a", "b", "c"].map(commit));
  await turn();
  void commit("d");
  await turn();
  expect(batches()).toEqual([["a", "b", "c"]]);
  writes[0]?.fail(new Error("away"));
  await turn();
  expect(batches()).toEqual([["a", "b", "c"], ["d"]]);
  expect(failing).toEqual(failing.map(() => expect.any(Error)));
});

test("everybody of a batch has the answer of its write", async () => {
  const commit = groupCommit<string, string>(async (batch) => batch.join("+"));
  expect(await Promise.all([commit("a"), commit("b")])).toEqual(["a+b", "a+b"]);
  expect(await commit("c")).toBe("c");
});

describe("only so many may wait:", () => {
  const overloaded = expect.any(OverloadedError);

  test("whoever comes then is refused at once, and those who wait are not", async () => {
    const { commit, writes, batches } = givenCommit({ mostWaiting: 2 });
    const first = outcomes([commit("a")]);
    await turn();
    const waiting = outcomes([commit("b"), commit("c")]);
    const refused = outcomes([commit("d"), commit("e")]);
    await turn();
    expect([first, waiting, refused]).toEqual([["waiting"], ["waiting", "waiting"], [overloaded, overloaded]]);

    writes[0]?.succeed();
    await turn();
    expect(batches()).toEqual([["a"], ["b", "c"]]);
    writes[1]?.succeed();
    await turn();
    expect([first, waiting]).toEqual([["durable"], ["durable", "durable"]]);
  });

  test("once some of them have gone into a write, others may wait again", async () => {
    const { commit, writes, batches } = givenCommit({ mostWaiting: 1 });
    outcomes([commit("a")]);
    await turn();
    const later = outcomes([commit("c"), commit("d")]);
    writes[0]?.fail(new Error("no store takes it"));
    await turn();
    expect(later).toEqual(["waiting", overloaded]);

    writes[1]?.succeed();
    await turn();
    expect(later).toEqual(["durable", overloaded]);
    expect(batches()).toEqual([["a"], ["c"]]);
  });

  test("a limit above the largest write counts those that wait, not those under way", async () => {
    const { commit, batches } = givenCommit({ largest: 1, mostWaiting: 3 });
    const states = outcomes(["a", "b", "c"].map(commit));
    await turn();
    const more = outcomes(["d", "e"].map(commit));
    await turn();
    expect([states, more]).toEqual([
      ["waiting", "waiting", "waiting"],
      ["waiting", overloaded],
    ]);
    expect(batches()).toEqual([["a"]]);
  });
});

test("after a quiet time it writes as before", async () => {
  const { commit, writes, batches } = givenCommit();
  void commit("a");
  await turn();
  writes[0]?.succeed();
  await turn();
  void commit("b");
  await turn();
  expect(batches()).toEqual([["a"], ["b"]]);
});

test("whatever arrives whenever: nothing is lost or doubled, order stands, one write at a time, each is told its own fate", async () => {
  const arrivals = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 });
  const fates = fc.infiniteStream(fc.boolean());
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      arrivals,
      fates,
      fc.integer({ min: 1, max: 4 }),
      async (s, groups, fate, largest) => {
        const written: { batch: readonly number[]; ok: boolean }[] = [];
        let running = 0;
        const commit = groupCommit<number>(
          async (batch) => {
            running += 1;
            expect(running).toBe(1);
            const ok = fate.next().value === true;
            written.push({ batch, ok });
            await s.schedule(Promise.resolve(), "the write ends");
            running -= 1;
            if (!ok) throw new Error(`batch ${written.length}`);
          },
          { largest },
        );

        let item = 0;
        const commits: Promise<boolean>[] = [];
        const arriving = groups.map(async (size) => {
          await s.schedule(Promise.resolve(), "some arrive");
          for (let index = 0; index < size; index++) {
            commits[item] = commit(item).then(
              () => true,
              () => false,
            );
            item += 1;
          }
        });
        await s.waitFor(Promise.all(arriving));
        await s.waitFor(Promise.all(commits));

        expect(written.flatMap(({ batch }) => batch)).toEqual(commits.map((_, index) => index));
        for (const { batch } of written) expect(batch.length).toBeLessThanOrEqual(largest);
        const told = await Promise.all(commits);
        expect(told).toEqual(written.flatMap(({ batch, ok }) => batch.map(() => ok)));
      },
    ),
    { numRuns: 200 },
  );
});

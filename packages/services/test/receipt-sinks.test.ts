import type { ReceivedClaim } from "@verdict/db";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { firstSinkThatTakes, NoSinkError, type ReceiptSink, within } from "../src/receipt-sinks.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LIMIT_MS = 1_000;
const batch: readonly ReceivedClaim[] = [];

/** Lets everything happen that is due within so many milliseconds. */
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** A question to a store that a test answers by hand. */
type Question = { batchId?: string; succeed: () => void; fail: (cause: Error) => void };

function ask(questions: Question[], about: { batchId?: string } = {}): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  questions.push({ ...about, succeed: resolve, fail: reject });
  return promise;
}

/** Two stores, all that they were asked, and what was said about them. */
function givenSinks(order: ReceiptSink["name"][] = ["postgres", "queue"]) {
  const said: string[] = [];
  const asked: string[] = [];
  const given = (name: ReceiptSink["name"]) => {
    const writes: Question[] = [];
    const pings: Question[] = [];
    const sink: ReceiptSink = {
      name,
      write: (rows, batchId) => {
        expect(rows).toBe(batch);
        asked.push(`write ${name}`);
        return ask(writes, { batchId });
      },
      ping: () => {
        asked.push(`ping ${name}`);
        return ask(pings);
      },
    };
    return { sink, writes, pings };
  };
  const stores = { postgres: given("postgres"), queue: given("queue") };
  const write = firstSinkThatTakes(
    order.map((name) => stores[name].sink),
    {
      limitMs: LIMIT_MS,
      onAway: (name, cause) => said.push(`${name} away: ${cause instanceof Error ? cause.message : cause}`),
      onBack: (name) => said.push(`${name} back`),
    },
  );
  /** Sends a batch and tells how it stands. */
  const send = () => {
    const state: { outcome: unknown } = { outcome: "nothing yet" };
    write(batch).then(
      () => (state.outcome = "durable"),
      (error) => (state.outcome = error),
    );
    return state;
  };
  return { ...stores, said, asked, send };
}

/** The same, with Postgres already known to be away and nothing asked since. */
async function givenPostgresAway() {
  const sinks = givenSinks();
  const first = sinks.send();
  sinks.postgres.writes[0]?.fail(new Error("refused"));
  await pass();
  sinks.queue.writes[0]?.succeed();
  await pass();
  expect(first.outcome).toBe("durable");
  expect(sinks.said.splice(0)).toEqual(["postgres away: refused"]);
  expect(sinks.asked.splice(0)).toEqual(["write postgres", "write queue"]);
  return sinks;
}

describe("a batch", () => {
  test("is durable once the first store has it, and no other is asked", async () => {
    const { postgres, asked, said, send } = givenSinks();
    const sent = send();
    await pass();
    expect(sent.outcome).toBe("nothing yet");
    postgres.writes[0]?.succeed();
    await pass();
    expect(sent.outcome).toBe("durable");
    expect([asked, said]).toEqual([["write postgres"], []]);
  });

  test("goes to the stores in the caller's order", async () => {
    const { queue, asked, send } = givenSinks(["queue", "postgres"]);
    send();
    queue.writes[0]?.fail(new Error("refused"));
    await pass();
    expect(asked).toEqual(["write queue", "write postgres"]);
  });

  test("goes to the next store at once when one refuses", async () => {
    const { postgres, queue, asked, said, send } = givenSinks();
    const sent = send();
    postgres.writes[0]?.fail(new Error("refused"));
    await pass();
    queue.writes[0]?.succeed();
    await pass();
    expect(sent.outcome).toBe("durable");
    expect(asked).toEqual(["write postgres", "write queue"]);
    expect(said).toEqual(["postgres away: refused"]);
  });

  test("goes to the next store when one throws before it promises anything", async () => {
    const throws: ReceiptSink = {
      name: "postgres",
      write: () => {
        throw new Error("no connection");
      },
      ping: async () => {},
    };
    const takes: ReceiptSink = { name: "queue", write: async () => {}, ping: async () => {} };
    const write = firstSinkThatTakes([throws, takes], { limitMs: LIMIT_MS, onAway: () => {}, onBack: () => {} });
    await expect(write(batch)).resolves.toBeUndefined();
  });

  test("goes to the next store when the time of one is up, not before", async () => {
    const { queue, asked, said, send } = givenSinks();
    const sent = send();
    await pass(LIMIT_MS - 1);
    expect(asked).toEqual(["write postgres"]);
    await pass(1);
    expect(asked).toEqual(["write postgres", "write queue"]);
    expect(said).toEqual(["postgres away: no answer within 1000 ms"]);
    queue.writes[0]?.succeed();
    await pass();
    expect(sent.outcome).toBe("durable");
  });

  test("that no store takes is an error that says why, by store; each had its own time", async () => {
    const { queue, send, said } = givenSinks();
    const sent = send();
    await pass(LIMIT_MS);
    await pass(LIMIT_MS - 1);
    expect(sent.outcome).toBe("nothing yet");
    queue.writes[0]?.fail(new Error("refused"));
    await pass();
    expect(sent.outcome).toBeInstanceOf(NoSinkError);
    expect(sent.outcome).toMatchObject({
      message: "No store took the callbacks: postgres, queue",
      causes: { postgres: { message: "no answer within 1000 ms" }, queue: { message: "refused" } },
    });
    expect(said).toEqual(["postgres away: no answer within 1000 ms", "queue away: refused"]);
  });

  test("has an id of its own, the same for every store, so that it counts once when two of them keep it", async () => {
    const { postgres, queue, send } = givenSinks();
    for (const index of [0, 1]) {
      send();
      postgres.writes[index]?.fail(new Error("refused"));
      postgres.pings[0]?.succeed();
      await pass();
      queue.writes[index]?.succeed();
      await pass();
    }
    const ids = queue.writes.map(({ batchId }) => batchId);
    expect(ids).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(new Set(ids).size).toBe(2);
    expect(postgres.writes[0]?.batchId).toBe(ids[0]);
  });

  test("has no store to go to when there is none", async () => {
    const { send } = givenSinks([]);
    const sent = send();
    await pass();
    expect(sent.outcome).toBeInstanceOf(NoSinkError);
  });
});

describe("a store that failed", () => {
  test("is passed over by the next batch, which pings it and waits for nothing", async () => {
    const { queue, asked, said, send } = await givenPostgresAway();
    const sent = send();
    expect(asked).toEqual(["ping postgres", "write queue"]);
    queue.writes[1]?.succeed();
    await pass();
    expect(sent.outcome).toBe("durable");
    expect(said).toEqual([]);
  });

  test("comes first again once it has answered the ping, and that is said once", async () => {
    const { postgres, queue, asked, said, send } = await givenPostgresAway();
    send();
    queue.writes[1]?.succeed();
    postgres.pings[0]?.succeed();
    await pass();
    expect(said).toEqual(["postgres back"]);

    const sent = send();
    postgres.writes[1]?.succeed();
    await pass();
    expect(sent.outcome).toBe("durable");
    expect(asked).toEqual(["ping postgres", "write queue", "write postgres"]);
    expect(said).toEqual(["postgres back"]);
  });

  test("stays passed over when it fails the ping, and is pinged again beside the batch after", async () => {
    const { postgres, queue, asked, said, send } = await givenPostgresAway();
    send();
    queue.writes[1]?.succeed();
    postgres.pings[0]?.fail(new Error("still refused"));
    await pass();
    send();
    expect(asked).toEqual(["ping postgres", "write queue", "ping postgres", "write queue"]);
    expect(said).toEqual([]);
  });

  test("is sent one ping at a time, and another when the time of the first is up", async () => {
    const { postgres, queue, send } = await givenPostgresAway();
    for (const index of [1, 2, 3]) {
      send();
      queue.writes[index]?.succeed();
      await pass();
    }
    expect(postgres.pings).toHaveLength(1);
    await pass(LIMIT_MS);
    send();
    expect(postgres.pings).toHaveLength(2);
  });

  test("is not pinged while no batch comes", async () => {
    const { asked } = await givenPostgresAway();
    await pass(100 * LIMIT_MS);
    expect(asked).toEqual([]);
  });

  test("is tried after all when the others fail, and is back when it takes the batch", async () => {
    const { postgres, queue, asked, said, send } = await givenPostgresAway();
    const sent = send();
    queue.writes[1]?.fail(new Error("full"));
    await pass();
    expect(asked).toEqual(["ping postgres", "write queue", "write postgres"]);
    postgres.writes[1]?.succeed();
    await pass();
    expect(sent.outcome).toBe("durable");
    expect(said).toEqual(["queue away: full", "postgres back"]);

    // Its ping comes home late and has nothing new to say.
    postgres.pings[0]?.succeed();
    await pass();
    expect(said).toEqual(["queue away: full", "postgres back"]);
  });

  test("is said to be away once, however often it fails", async () => {
    const { postgres, queue, asked, said, send } = await givenPostgresAway();
    for (const index of [1, 2, 3]) {
      const sent = send();
      for (const store of [queue, postgres, queue, postgres]) {
        store.writes[index]?.fail(new Error("refused"));
        await pass();
      }
      expect(sent.outcome).toMatchObject({
        causes: { queue: { message: "refused" }, postgres: { message: "refused" } },
      });
    }
    expect(said).toEqual(["queue away: refused"]);
    expect(asked.filter((question) => question === "write postgres")).toHaveLength(3);
  });

  test("when both are away they are tried in the caller's order", async () => {
    const { postgres, queue, asked, send } = await givenPostgresAway();
    send();
    queue.writes[1]?.fail(new Error("refused"));
    await pass();
    postgres.writes[1]?.fail(new Error("refused"));
    await pass();
    asked.splice(0);
    send();
    expect(asked).toEqual(["ping queue", "write postgres"]);
    postgres.writes[2]?.fail(new Error("refused"));
    await pass();
    expect(asked).toEqual(["ping queue", "write postgres", "write queue"]);
  });

  test("of both away, the one that is back takes what follows", async () => {
    const { postgres, queue, asked, said, send } = await givenPostgresAway();
    send();
    queue.writes[1]?.fail(new Error("refused"));
    await pass();
    postgres.writes[1]?.fail(new Error("refused"));
    await pass();
    send();
    queue.pings[0]?.succeed();
    postgres.writes[2]?.fail(new Error("refused"));
    await pass();
    queue.writes[2]?.succeed();
    await pass();
    asked.splice(0);
    send();
    expect(asked).toEqual(["write queue"]);
    expect(said).toEqual(["queue away: refused", "queue back"]);
  });
});

describe("a store that answers too late", () => {
  /** Postgres has had its time, and the queue has taken the batch. */
  async function givenLate() {
    const sinks = givenSinks();
    const sent = sinks.send();
    await pass(LIMIT_MS);
    sinks.queue.writes[0]?.succeed();
    await pass();
    expect(sent.outcome).toBe("durable");
    return sinks;
  }

  test("stays passed over even if it took the batch: only a ping brings it back", async () => {
    const { postgres, asked, said, send } = await givenLate();
    postgres.writes[0]?.succeed();
    await pass();
    send();
    expect(asked).toEqual(["write postgres", "write queue", "ping postgres", "write queue"]);
    expect(said).toEqual(["postgres away: no answer within 1000 ms"]);
  });

  test("troubles nobody when it fails in the end, and no timer stays behind", async () => {
    const { postgres } = await givenLate();
    // An unhandled rejection would end the test run.
    postgres.writes[0]?.fail(new Error("too late"));
    await pass();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("to a ping stays away, and troubles nobody either", async () => {
    const { postgres, queue, said, send } = await givenPostgresAway();
    send();
    queue.writes[1]?.succeed();
    await pass(LIMIT_MS);
    postgres.pings[0]?.succeed();
    await pass();
    expect(said).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("within a limit", () => {
  test("work gives its own answer or error", async () => {
    await expect(within(LIMIT_MS, Promise.resolve(7))).resolves.toBe(7);
    await expect(within(LIMIT_MS, Promise.reject(new Error("its own")))).rejects.toThrow("its own");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("work that takes longer is an error", async () => {
    const late = expect(within(LIMIT_MS, new Promise(() => {}))).rejects.toThrow("no answer within 1000 ms");
    await pass(LIMIT_MS);
    await late;
  });
});

import { Buffer } from "node:buffer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AIMS, type Aim, judge, judgeAll } from "../bench/aims.ts";
import type { Lab } from "../bench/lab.ts";
import type { Lap } from "../bench/lap.ts";
import { answerParser } from "../bench/load/answer-parser.ts";
import { startLoad } from "../bench/load/process.ts";
import { percentile } from "../bench/load/tally.ts";
import { type Stage, setStage } from "../bench/machine/stage.ts";
import { openStores } from "../bench/machine/stores.ts";
import { readOptions } from "../bench/options.ts";
import { ratioText, short } from "../bench/report/figures.ts";
import { cpuPerCallback, lapTable } from "../bench/report/lap-table.ts";
import { inRounds } from "../bench/rounds.ts";
import { SECTIONS } from "../bench/sections/all.ts";
import { SECTION_NAMES } from "../bench/sections/names.ts";
import { quantile, roundRatios, shuffled, spread } from "../bench/statistics.ts";

/** Feeds a byte stream, cut at the given places, and returns the statuses that were read. */
function readAll(stream: Buffer, ...cuts: readonly number[]): number[] {
  const statuses: number[] = [];
  const parse = answerParser((status) => statuses.push(status));
  for (const [index, cut] of [...cuts, stream.length].entries()) {
    const piece = stream.subarray(cuts[index - 1] ?? 0, cut);
    parse(piece, piece.length);
  }
  return statuses;
}

describe("the answer parser", () => {
  const answers = [
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{"status":"accepted"}',
    "HTTP/1.1 401 Unauthorized\r\ncontent-length:0\r\nx-content-length: 99\r\n\r\n",
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nCONTENT-LENGTH: 12 \r\n\r\n\r\n\r\nHTTP/1.1",
    "HTTP/1.1 429\r\nContent-Length: 1\r\nConnection: close\r\n\r\n?",
  ];
  const stream = Buffer.from(answers.join(""), "latin1");
  const expected = [200, 401, 503, 429];

  test("reads several answers that come in one piece", () => {
    expect(readAll(stream)).toEqual(expected);
  });

  test("reads the same whatever two places the stream is cut at", () => {
    for (let first = 0; first <= stream.length; first += 1) {
      for (let second = first; second <= stream.length; second += 1) {
        const statuses = readAll(stream, first, second);
        if (statuses.join() !== expected.join()) expect({ first, second, statuses }).toEqual(expected);
      }
    }
    expect(readAll(stream, ...stream.keys())).toEqual(expected); // byte by byte
  });

  test("reads only as far as it is told", () => {
    const statuses: number[] = [];
    answerParser((status) => statuses.push(status))(stream, answers[0]?.length ?? 0);
    expect(statuses).toEqual([200]);
  });

  test.each([
    ["bytes that are no answer", "SSH-2.0-OpenSSH\r\n"],
    ["a body of unknown length", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"],
  ])("refuses %s", (_, text) => {
    expect(() => readAll(Buffer.from(text))).toThrow();
  });
});

describe("statistics", () => {
  test("a spread is the five numbers of a box plot", () => {
    expect(spread([5, 1, 4, 2, 3])).toEqual({ median: 3, q1: 2, q3: 4, min: 1, max: 5, count: 5 });
    expect(spread([1, 2])).toMatchObject({ median: 1.5, q1: 1.25, q3: 1.75 });
    expect(spread([7])).toEqual({ median: 7, q1: 7, q3: 7, min: 7, max: 7, count: 1 });
    expect(spread([])).toBeNull();
  });

  test("a quantile lies between its neighbours in proportion", () => {
    expect(quantile([10, 20], 0.1)).toBeCloseTo(11);
  });

  test("a percentile is a value that was measured", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0.5, 0.99, 1, 0].map((share) => percentile(hundred, share))).toEqual([50, 99, 100, 1]);
    expect(percentile([], 0.5)).toBe(0);
  });

  test("ratios are made inside a round, and only where both were measured", () => {
    const slice = (contestant: string, round: number, rate: number) => ({ contestant, round, rate });
    const slices = [
      slice("a", 1, 10),
      slice("b", 1, 5),
      slice("b", 2, 8),
      slice("a", 2, 4),
      slice("a", 3, 1),
      slice("a", 4, 1),
      slice("b", 4, 0),
    ];
    expect(roundRatios(slices, "a", "b", ({ rate }) => rate)).toEqual([2, 0.5]);
  });

  test("shuffling keeps every item once and leaves the original alone", () => {
    const draws = [0.9, 0.1, 0.5];
    const items = ["a", "b", "c"];
    expect(shuffled(items, () => draws.shift() ?? 0)).toEqual(["b", "c", "a"]);
    expect(items).toEqual(["a", "b", "c"]);
  });
});

describe("aims", () => {
  const more: Aim = { says: "", better: "more", aim: 2, floor: 1.5 };
  const less: Aim = { says: "", better: "less", aim: 3, floor: 5 };
  const noFloor: Aim = { ...less, floor: null };

  test.each([
    [more, 2, "aim met"],
    [more, 1.99, "floor met"],
    [more, 1.5, "floor met"],
    [more, 1.49, "missed"],
    [less, 3, "aim met"],
    [less, 3.01, "floor met"],
    [less, 5, "floor met"],
    [less, 5.01, "missed"],
    [noFloor, 3, "aim met"],
    [noFloor, 3.01, "missed"],
  ] as const)("%o judges %d: %s", (aim, median, judgement) => {
    expect(judge(aim, spread([median]))).toBe(judgement);
  });

  test("what was not measured is not judged", () => {
    expect(judge(more, null)).toBeNull();
    expect(judgeAll({ memory: [20, 30, 10] }).filter(({ judgement }) => judgement !== null)).toMatchObject([
      { id: "memory", judgement: "aim met", measured: { median: 20 } },
    ]);
  });

  test("no floor asks for more than its aim", () => {
    for (const { better, aim, floor } of Object.values<Aim>(AIMS)) {
      if (floor !== null) expect(better === "more" ? floor < aim : floor > aim).toBe(true);
    }
  });
});

describe("options", () => {
  test("a run without options is the whole of it and writes the document", () => {
    expect(readOptions([])).toEqual({
      only: SECTION_NAMES,
      rounds: 7,
      seconds: 2,
      receipts: 10_000_000,
      verifications: [10_000, 1_000_000, 10_000_000],
      json: false,
      write: true,
    });
  });

  test("a shorter run writes it only when asked to", () => {
    expect(readOptions(["--rounds", "1"]).write).toBe(false);
    expect(readOptions(["--only", "forged, paced", "--write"])).toMatchObject({
      only: ["forged", "paced"],
      write: true,
    });
  });

  test.each([
    ["--only", "nothing"],
    ["--rounds", "0"],
    ["--seconds", "1.5"],
    ["--receipts", "few"],
    ["--verifications", "10000,many"],
    ["--fast", "1"],
  ])("refuses %s %s", (...args) => {
    expect(() => readOptions(args)).toThrow(args[0]);
  });
});

test("figures show three digits that count", () => {
  expect([0, 0.123, 9.87654, 12.34, 1234.5].map(short)).toEqual(["0", "0.12", "9.88", "12.3", "1235"]);
  expect(ratioText(spread([1, 2, 3]))).toBe("2.00 [1.50–2.50] (1.00–3.00)");
  expect(ratioText(null)).toBe("–");
});

describe("rounds", () => {
  const lab = { options: { ...readOptions([]), rounds: 2 }, progress: () => {} };

  test("what others disturbed is measured again, twice at most, and the quietest try is kept", async () => {
    const others = new Map([
      ["calm", [0, 0.05]],
      ["once", [0.3, 0.02, 0]],
      ["always", [0.4, 0.2, 0.3, 0.5, 0.9, 0.6]],
    ]);
    const { measured, repeated, disturbed } = await inRounds(lab, "", [...others.keys()], async (name, round) => ({
      name,
      round,
      others: others.get(name)?.shift() ?? Number.NaN,
    }));
    const kept = (name: string) => measured.filter((one) => one.name === name).map((one) => one.others);
    expect([...others.keys()].map(kept)).toEqual([
      [0, 0.05],
      [0.02, 0],
      [0.2, 0.5],
    ]);
    expect({ repeated, disturbed }).toEqual({ repeated: 5, disturbed: 2 });
  });
});

describe("laps", () => {
  const lap = (contestant: string, round: number, rate: number, cpu: Record<string, number>): Lap => ({
    contestant,
    round,
    callbacks: 1,
    rate,
    cpu,
    others: 0,
    missing: {},
  });

  test("CPU is that of everybody but the load and the provider", () => {
    expect(cpuPerCallback({ cpu: { server: 1, worker: 2, redis: 4, postgres: 8, provider: 16, load: 32 } })).toBe(15);
  });

  test("a table has a row for each contestant, the base first, and its ratio inside the rounds", () => {
    const laps = [
      lap("b", 1, 60, { worker: 10, provider: 5 }),
      lap("a", 1, 20, { worker: 40, provider: 6 }),
      lap("a", 2, 10, { worker: 40, provider: 6 }),
      lap("b", 2, 50, { worker: 10, provider: 5 }),
    ];
    const { rows } = lapTable(laps, ["a"], { name: "outcomes/s", of: ({ rate }) => rate });
    expect(rows).toEqual([
      ["a", "15 [10–20]", "1", "40.0 worker = 40.0", "6.00 provider"],
      ["b", "55 [50–60]", "4.00 [3.50–4.50] (3.00–5.00)", "10.0 worker = 10.0", "5.00 provider"],
    ]);
  });
});

describe("sections that bring callbacks to their outcomes, with a handful of them", () => {
  let stage: Stage;
  let lab: Lab;

  beforeAll(async () => {
    stage = await setStage(new AbortController().signal);
    lab = {
      stage,
      stores: await openStores(stage),
      load: await startLoad(stage),
      key: { kid: "bench", secret: "of the bench that is only a test" },
      options: { ...readOptions([]), rounds: 1, seconds: 0.02, receipts: 2_000 },
      progress: () => {},
    };
  }, 120_000);
  afterAll(() => stage.close(), 60_000);

  test.each([
    ["reconcile", 5, ["reconcile.naive", "reconcile.fair", "reconcile.naive-task", "reconcile.fair-task"]],
    ["end-to-end", 3, ["end-to-end.cpu", "end-to-end.cpu-task"]],
    ["sql-growth", 2, ["sql-growth"]],
  ] as const)(
    "%s: every contestant has every outcome on record",
    { timeout: 240_000 },
    async (name, contestants, aims) => {
      const { tables, slices, problems, ratios } = await SECTIONS[name].run(lab);
      expect(problems).toEqual([]);
      if (name !== "sql-growth" && !lab.stores.redis) return expect(slices).toEqual([]);
      expect(slices).toHaveLength(contestants);
      expect(tables[0]?.table.rows).toHaveLength(contestants);
      expect(Object.keys(ratios)).toEqual(aims);
    },
  );
});

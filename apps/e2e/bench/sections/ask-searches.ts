import { type Db, searchVerifications, type Verification } from "@verdict/db";
import { shuffled } from "../statistics.ts";
import { QUERIES, type Query } from "./search-queries.ts";

const SAMPLES = 2_000;
/** Sessions a question may be about. */
const AT_MOST = 200;

/** What is asked for the first time may have to be read from a disk; what is asked again is in memory, whatever the size. */
const ASKINGS = ["first", "again"] as const;
export type Asking = (typeof ASKINGS)[number];

/** Milliseconds of a question, by database. */
export type Answers = { query: Query; asking: Asking; times: readonly (readonly number[])[] };

/**
 * Asks every database each question so many times, about sessions drawn at random. They take turns, so that what else the machine
 * does slows all of them. All is asked twice, about the same sessions.
 */
export async function askSearches(dbs: readonly Db[], asked: number): Promise<Answers[]> {
  const asks: { db: Db; samples: Verification[] }[] = [];
  for (const db of dbs) asks.push({ db, samples: await draw(db) });
  const answers: Answers[] = [];
  for (const query of shuffled(QUERIES)) {
    const databases = asks.map(({ db, samples }) => ({ db, about: drawEach(samples, asked) }));
    for (const asking of ASKINGS) {
      const turns = databases.map((one) => ({ ...one, times: [] as number[] }));
      for (let nth = 0; nth < asked; nth += 1) {
        for (const { db, about, times } of shuffled(turns)) times.push(await timeOf(db, query, about[nth] ?? []));
      }
      answers.push({ query, asking, times: turns.map(({ times }) => times) });
    }
  }
  return answers;
}

/** What each question is about. */
const drawEach = (samples: readonly Verification[], asked: number): Verification[][] =>
  Array.from({ length: asked }, () => {
    const from = Math.floor(Math.random() * Math.max(1, samples.length - AT_MOST));
    return samples.slice(from, from + AT_MOST);
  });

async function timeOf(db: Db, { ask }: Query, about: readonly Verification[]): Promise<number> {
  const began = performance.now();
  await ask(db, about);
  return performance.now() - began;
}

/** Sessions of the whole time, in random order. */
async function draw(db: Db): Promise<Verification[]> {
  const [span] = await db.sql<[{ from: number; to: number }]>`
    select extract(epoch from min(created_at))::float8 * 1000 as from, extract(epoch from max(created_at))::float8 * 1000 as to
    from verifications`;
  const drawn: Verification[] = [];
  for (let nth = 0; nth < SAMPLES / 20; nth += 1) {
    const createdAt = new Date(span.from + Math.random() * (span.to - span.from));
    const after = { createdAt, id: "ffffffff-ffff-4fff-bfff-ffffffffffff" };
    drawn.push(...(await searchVerifications(db, {}, { limit: 20, after })));
  }
  return shuffled(drawn);
}

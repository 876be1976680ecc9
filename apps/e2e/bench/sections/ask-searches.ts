import { type Db, searchVerifications, type Verification } from "@verdict/db";
import { shuffled } from "../statistics.ts";
import { QUERIES, type Query } from "./search-queries.ts";

const SAMPLES = 2_000;
/** Sessions a question may be about. */
const AT_MOST = 200;
/** The first questions do not count; those about many sessions have been about each of them once then, as they have where there are few. */
const WARM_UP = SAMPLES / AT_MOST;

/** Milliseconds of a question, by database. */
export type Answers = { query: Query; times: readonly (readonly number[])[] };

/**
 * Asks every database each question so many times, about sessions drawn at random. They take turns, so that what else the machine
 * does slows all of them.
 */
export async function askSearches(dbs: readonly Db[], asked: number): Promise<Answers[]> {
  const asks: { db: Db; samples: Verification[] }[] = [];
  for (const db of dbs) asks.push({ db, samples: await draw(db) });
  const answers: Answers[] = [];
  for (const query of shuffled(QUERIES)) {
    const turns = asks.map((ask) => ({ ...ask, times: [] as number[] }));
    for (let nth = 0; nth < WARM_UP + asked; nth += 1) {
      for (const { db, samples, times } of shuffled(turns)) {
        const from =
          nth < WARM_UP
            ? (nth * AT_MOST) % samples.length
            : Math.floor(Math.random() * Math.max(1, samples.length - AT_MOST));
        const took = await timeOf(db, query, samples.slice(from, from + AT_MOST));
        if (nth >= WARM_UP) times.push(took);
      }
    }
    answers.push({ query, times: turns.map(({ times }) => times) });
  }
  return answers;
}

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

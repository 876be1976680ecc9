import { type Db, openDatabase } from "@verdict/db";
import { inOwnStage, type Lab } from "../lab.ts";
import { whole } from "../report/figures.ts";
import { quantile } from "../statistics.ts";
import { askSearches } from "./ask-searches.ts";
import { countScans } from "./count-scans.ts";
import { fillVerifications } from "./fill-verifications.ts";
import { type Asked, keyOf, searchFindings } from "./search-findings.ts";
import type { Section } from "./section.ts";

/** Times each question is asked in a round. */
const ASKED = 50;

/** `scans`: how often its table had been read as a whole when it was filled. */
type Grown = { url: string; db: Db; size: number; scans: number };

export const search: Section = {
  title: "Searching as verifications pile up",
  how:
    `The same questions to databases with more and more verifications, spread over the past year. In each round every question is asked ` +
    `${ASKED} times of every one, about sessions drawn at random, the databases taking turns, and then again about the same ` +
    "sessions: what is asked again is in memory, what is asked for the first time may have to be read from a disk. Pages have 51 rows; " +
    "a look-up by merchantUserId finds about three. The aims are about the question that grows most.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const grown: Grown[] = [];
      for (const size of own.options.verifications) grown.push(await grow(own, size));
      const asked: Asked[] = [];
      for (let round = 1; round <= own.options.rounds; round += 1) {
        own.progress(`search: round ${round} of ${own.options.rounds}`);
        own.stage.refuseWhenClosed();
        asked.push(...(await askAll(grown, round)));
      }
      const read = grown.map(async ({ db, size, scans }) => ({ size, count: (await countScans(db)) - scans }));
      return searchFindings(asked, await Promise.all(read));
    }),
};

async function grow(lab: Lab, size: number): Promise<Grown> {
  const { url, db } = await lab.stores.newDatabase(lab.stage, `search_${size}`);
  const began = performance.now();
  const filling = openDatabase(url, { max: 1 });
  await fillVerifications(filling, size, (said) => lab.progress(`search, ${whole(size)}: ${said}`)).finally(() =>
    filling.close(),
  );
  lab.progress(`search, ${whole(size)}: filled in ${whole((performance.now() - began) / 1_000)} s`);
  return { url, db, size, scans: await countScans(db) };
}

/** Asks over connections of its own: what they have scanned is on the books once they are closed. */
async function askAll(grown: readonly Grown[], round: number): Promise<Asked[]> {
  const dbs = grown.map(({ url }) => openDatabase(url, { max: 1 }));
  try {
    const answers = await askSearches(dbs, ASKED);
    return answers.flatMap(({ query, asking, times }) =>
      grown.map(({ size }, nth) => {
        const sorted = (times[nth] ?? []).toSorted((a, b) => a - b);
        const [p50, p95] = [quantile(sorted, 0.5), quantile(sorted, 0.95)];
        return { query: keyOf(query), asking, contestant: whole(size), round, p50, p95 };
      }),
    );
  } finally {
    await Promise.all(dbs.map((db) => db.close()));
  }
}

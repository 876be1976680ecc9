import { setTimeout as pause } from "node:timers/promises";
import { checkInvariants } from "@verdict/services";
import { type Cell, nameOf, type Step } from "./cells.ts";
import { CLOCK, type Stage } from "./stage.ts";
import { walkSession } from "./walk-session.ts";

/** What a cell came to. No complaints: every promise was kept. */
export type CellReport = { name: string; complaints: string[]; ms: number };

const SESSIONS = 6;

/** Sessions follow one another so closely that most are on their way when the first gets to a step. */
const APART_MS = 60;

/** So long a part is away. */
const AWAY_MS = 1_200;

/** Strikes one part at one step of several sessions' way, makes it whole, and looks whether every promise was kept. */
export async function runCell(stage: Stage, cell: Cell): Promise<CellReport> {
  const begun = new Date();
  const walks = Promise.allSettled(
    Array.from({ length: SESSIONS }, async (_, nth) => {
      await pause(nth * APART_MS);
      return walkSession(stage, nth);
    }),
  );
  await reached(stage, cell.step, begun);
  const makeWhole = await stage.strike(cell.part, cell.strike);
  await pause(AWAY_MS);
  await makeWhole();

  const complaints = (await walks).flatMap((walk) => {
    if (walk.status === "rejected") return String(walk.reason);
    const { id, status, expected } = walk.value;
    return status === expected ? [] : `${id} is ${status}, and should be ${expected}`;
  });
  complaints.push(...(await stage.fallen()));
  const now = new Date();
  const invariants = await checkInvariants(stage.db, { now, grace: CLOCK.graceSeconds, tolerance: 30, since: begun });
  const broken = invariants.filter(({ holds }) => !holds);
  complaints.push(...broken.map(({ name, examples }) => `broken: ${name} (${examples.join(", ")})`));
  return { name: nameOf(cell), complaints, ms: now.getTime() - begun.getTime() };
}

/** Resolves when the first session since `begun` has got there. */
async function reached({ db }: Stage, step: Step, begun: Date): Promise<void> {
  const since = begun.toISOString();
  for (;;) {
    const [seen] = await db.sql<[Record<Step, boolean>]>`
      select
        exists (select from verifications where created_at >= ${since}::timestamptz) as initialize,
        exists (select from verifications where created_at >= ${since}::timestamptz and transaction_id is not null) as callback,
        exists (select from receipts where received_at >= ${since}::timestamptz) or exists (select from receipt_batches)
          as claim,
        exists (select from verifications where created_at >= ${since}::timestamptz and claimed_at is not null) as "check",
        exists (select from verifications where created_at >= ${since}::timestamptz and status in ('passed', 'failed'))
          as outcome`;
    if (seen[step]) return;
    await pause(5);
  }
}

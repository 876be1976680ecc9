import { setTimeout as sleep } from "node:timers/promises";
import { type Backlog, countGivenUp, type Db, findOverdue, readBacklog, readSealingState } from "@verdict/db";
import { type BreakerState, drainSeconds } from "@verdict/domain";
import { type Finding, findingsAbout } from "./finding.ts";

/** Work that is due may take so long to get its turn, in seconds. */
const TOLERANCE = 300;

/** Does anybody settle what is owed, and what holds it up? `grace` in seconds. */
export async function checkWork(db: Db, { grace, now }: { grace: number; now: Date }): Promise<Finding[]> {
  const settledBy = new Date(now.getTime() - TOLERANCE * 1000);
  const [backlog, overdue, givenUp] = [
    await readBacklog(db, now),
    await findOverdue(db, { grace, settledBy, activeSince: settledBy, limit: 1 }),
    await countGivenUp(db, { status: "open" }),
  ];
  return [...judgeOpen(backlog, overdue, now), ...judgeBacklog(backlog), ...judgeGivenUp(givenUp)];
}

/** `count`: past their time and nobody settles them; `heldBack`: the provider does not let us. */
export function judgeOpen(
  { open, oldestOpenAt }: Pick<Backlog, "open" | "oldestOpenAt">,
  { count, heldBack, examples }: { count: number; heldBack: number; examples: readonly string[] },
  now: Date,
): Finding[] {
  const { ok, warn, fail } = findingsAbout("obligations");
  if (count > 0) {
    const says = `${count} verifications are open past their time, e.g. ${examples[0]}`;
    return [fail(says, "is a worker running? check-invariants names more; work list shows what was given up")];
  }
  if (heldBack > 0) {
    return [warn(`${heldBack} verifications past their time wait for the provider`, "see provider and breakers")];
  }
  const total = sum(open);
  if (total === 0 || !oldestOpenAt) return [ok("no verification is open")];
  return [
    ok(`${total} open, none past its time, the oldest for ${sayDuration(now.getTime() - oldestOpenAt.getTime())}`),
  ];
}

/** Longer than this the provider's quota takes for what is due. */
const DRAIN_WARN_SECONDS = 60;

export function judgeBacklog({
  due,
  budgets,
  breakers,
  inboxReceipts,
}: Pick<Backlog, "due" | "budgets" | "breakers" | "inboxReceipts">): Finding[] {
  const queued = findingsAbout("backlog");
  const lines = Map.groupBy(due, ({ route, product }) => `${route} (${product})`);
  const slow = [...lines].flatMap(([line, counts]) => {
    const budget = budgets.find(({ route, product }) => `${route} (${product})` === line)?.perSecond ?? null;
    const seconds = drainSeconds(sum(counts), budget);
    return seconds > DRAIN_WARN_SECONDS
      ? [`${line}: ${sum(counts)} checks are due, ${sayDuration(seconds * 1000)} of quota`]
      : [];
  });
  const trouble = breakers.flatMap(({ route, product, state }) => judgeBreaker(`${route} (${product})`, state) ?? []);
  return [
    ...slow.map((says) => queued.warn(says, "ask the provider for more calls a second, or wait")),
    ...(slow.length > 0 ? [] : [queued.ok(`${sum(due)} checks due, ${inboxReceipts} callbacks to be decided`)]),
    ...trouble,
    ...(trouble.length > 0 ? [] : [findingsAbout("breakers").ok("all closed: calls to the provider go through")]),
  ];
}

function judgeBreaker(line: string, state: BreakerState): Finding | null {
  const { warn, fail } = findingsAbout("breakers");
  switch (state) {
    case "closed":
      return null;
    case "parked":
      return fail(
        `${line}: the provider refuses every call`,
        "correct the route's credentials or permissions; see provider",
      );
    case "open":
    case "half_open":
      return warn(`${line}: calls pause after failures or throttling`, "it heals by itself when the provider answers");
  }
}

function judgeGivenUp(count: number): Finding[] {
  if (count === 0) return [];
  return [findingsAbout("given up").warn(`${count} pieces of work wait for a person`, "npm run verdict -- work list")];
}

/** A seal is due every second. */
const SEALED_WITHIN_MS = 5_000;

/** Is evidence sealed? What is listed now has to be gone some seconds later. */
export async function checkLedger(db: Db, patienceMs = SEALED_WITHIN_MS): Promise<Finding> {
  const { ok, fail } = findingsAbout("ledger");
  const first = await readSealingState(db);
  const until = Date.now() + patienceMs;
  let last = first;
  while (last.oldestUnsealedId !== null && last.oldestUnsealedId === first.oldestUnsealedId) {
    if (Date.now() >= until) {
      const since = last.lastSealAt ? `since ${last.lastSealAt.toISOString()}` : "ever";
      const says = `evidence of ${last.unsealed}${last.unsealed === 1000 ? " or more" : ""} writes is not sealed, nothing was ${since}`;
      return fail(says, "is a worker running? Its log says why it does not seal");
    }
    await sleep(Math.min(250, patienceMs));
    last = await readSealingState(db);
  }
  return ok(
    last.lastSealAt ? `sealed, the last seal ${last.lastSealAt.toISOString()}` : "there is no evidence to seal yet",
  );
}

const sum = (counts: readonly { count: number }[]): number => counts.reduce((total, { count }) => total + count, 0);

/** In the largest unit that leaves something to say. */
export function sayDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

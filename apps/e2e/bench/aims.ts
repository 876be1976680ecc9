import { type Spread, spread } from "./statistics.ts";

export type Aim = {
  says: string;
  better: "more" | "less";
  aim: number;
  /** Null where there is nothing between the aim and a miss. */
  floor: number | null;
};

export type Judgement = "aim met" | "floor met" | "missed";

/**
 * Figures below a tenth apart are not told apart here: that is what "unchanged" can mean on a machine that does other
 * things.
 */
const UNCHANGED = 1.1;

/** What receiver and worker are meant to reach, all as ratios. Ids are the keys of the sections' figures. */
export const AIMS = {
  "forged.bare": {
    says: "forged requests refused, × bare Hono answering 200",
    better: "more",
    aim: 0.8,
    floor: 0.65,
  },
  "postgres.bare": {
    says: "`postgres,queue`: callbacks committed to Postgres before their 200, × bare Hono",
    better: "more",
    aim: 0.5,
    floor: 0.35,
  },
  "postgres.naive": { says: "`postgres,queue`: the same, × naive", better: "more", aim: 2, floor: 1.3 },
  "queue.bare": {
    says: "`queue,postgres` on Redis with `appendfsync always`, × bare Hono",
    better: "more",
    aim: 0.6,
    floor: 0.42,
  },
  "queue.naive": { says: "`queue,postgres`: the same, × naive", better: "more", aim: 2, floor: 1.5 },
  "queue.cpu": {
    says: "`queue,postgres`: server + store CPU per callback, times less than naive",
    better: "more",
    aim: 3,
    floor: 2.1,
  },
  "paced.postgres.bare": { says: "`postgres,queue`: p99 at 5,000/s, × bare Hono", better: "less", aim: 3, floor: 5 },
  "paced.postgres.naive": { says: "`postgres,queue`: p99 at 5,000/s, × naive", better: "less", aim: 0.8, floor: 1.2 },
  "paced.queue.bare": { says: "`queue,postgres`: p99 at 5,000/s, × bare Hono", better: "less", aim: 3, floor: 5 },
  "paced.queue.naive": { says: "`queue,postgres`: p99 at 5,000/s, × naive", better: "less", aim: 0.8, floor: 1.2 },
  "quiet.p50": {
    says: "`queue,postgres`, one quiet connection: p50, × naive on the same Redis",
    better: "less",
    aim: UNCHANGED,
    floor: null,
  },
  "quiet.p99": {
    says: "`queue,postgres`, one quiet connection: p99, × naive on the same Redis",
    better: "less",
    aim: UNCHANGED,
    floor: null,
  },
  memory: {
    says: "`queue,postgres`: Redis memory per waiting callback, times less than one job each",
    better: "more",
    aim: 12,
    floor: null,
  },
  growth: {
    says:
      "CPU per callback, many receipts stored × few: the worse of what a sender waits for (receiver + Postgres) " +
      "and what the worker does afterwards (worker + Postgres)",
    better: "less",
    aim: 1.4,
    floor: 2,
  },
  "slow.delayed": {
    says: "receiver p99 while CheckResult takes 10 s, × answered at once",
    better: "less",
    aim: UNCHANGED,
    floor: null,
  },
  "slow.stopped": {
    says: "receiver p99 while the worker is stopped, × CheckResult answered at once",
    better: "less",
    aim: UNCHANGED,
    floor: null,
  },
  "slow-clients": {
    says: "receiver p99 among 2,000 clients of one byte a second, × undisturbed",
    better: "less",
    aim: 2,
    floor: null,
  },
  "reconcile.naive": {
    says: "callbacks brought to their outcome, × a naive worker that leaves the same evidence",
    better: "more",
    aim: 19,
    floor: 12,
  },
  "reconcile.fair": {
    says: "the same, × a fair worker that leaves the same evidence",
    better: "more",
    aim: 6,
    floor: 4.5,
  },
  "reconcile.naive-task": {
    says: "the same, × a naive worker that does the task and leaves one row of audit",
    better: "more",
    aim: 19,
    floor: 12,
  },
  "reconcile.fair-task": {
    says: "the same, × a fair worker that does the task and leaves one row of audit",
    better: "more",
    aim: 6,
    floor: 4.5,
  },
  "end-to-end.cpu": {
    says:
      "from the GET to the outcome: CPU of all processes per callback, times less than naive with a worker that leaves " +
      "the same evidence",
    better: "more",
    aim: 15,
    floor: 8,
  },
  "end-to-end.cpu-task": {
    says: "the same, times less than naive with a worker that does the task and leaves one row of audit",
    better: "more",
    aim: 15,
    floor: 8,
  },
  "sql-growth": {
    says: "Postgres CPU per callback brought to its outcome, many sessions stored × none",
    better: "less",
    aim: 1.4,
    floor: 2,
  },
  "search.look-up.first": {
    says: "p95 of a look-up of verifications by id, asked for the first time, most stored × fewest: the one that grows most",
    better: "less",
    aim: 2,
    floor: null,
  },
  "search.look-up.again": {
    says: "the same, asked again",
    better: "less",
    aim: 2,
    floor: null,
  },
  "search.first-page.first": {
    says: "p95 of the first page of a search, asked for the first time, most stored × fewest: the one that grows most",
    better: "less",
    aim: 2,
    floor: null,
  },
  "search.first-page.again": {
    says: "the same, asked again",
    better: "less",
    aim: 2,
    floor: null,
  },
} as const satisfies Record<string, Aim>;

export type AimId = keyof typeof AIMS;

/** What was measured for the aims: one ratio a round. */
export type Ratios = Partial<Record<AimId, readonly number[]>>;

export type JudgedAim = Aim & { id: AimId; measured: Spread | null; judgement: Judgement | null };

/** Judges the median. Null where nothing was measured. */
export function judge(aim: Aim, measured: Spread | null): Judgement | null {
  if (!measured) return null;
  const reaches = (goal: number) => (aim.better === "more" ? measured.median >= goal : measured.median <= goal);
  if (reaches(aim.aim)) return "aim met";
  return aim.floor !== null && reaches(aim.floor) ? "floor met" : "missed";
}

/** All aims, in their order, with what was measured. */
export const judgeAll = (ratios: Ratios): JudgedAim[] =>
  (Object.entries(AIMS) as [AimId, Aim][]).map(([id, aim]) => {
    const measured = spread(ratios[id] ?? []);
    return { ...aim, id, measured, judgement: judge(aim, measured) };
  });

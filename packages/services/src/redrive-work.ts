import {
  type Db,
  findGivenUpJob,
  type GivenUpFilter,
  listRedrivable,
  markJobRedriven,
  redriveStored,
} from "@verdict/db";

export type RedriveDeps = {
  db: Db;
  now: () => Date;
  /** Whether a queue of that name takes such a payload today. */
  takesJob: (queue: string, payload: unknown) => boolean;
  /** Puts a job on its queue as a new one; rejects when the queue does not take it. */
  enqueueJob: (queue: string, payload: unknown) => Promise<void>;
};

export type RedriveRequest = {
  /** Open work only, whatever its status says. */
  filter: GivenUpFilter;
  /** True: only counts. */
  dryRun: boolean;
  by: string;
  reason: string;
  /** The most to put back at a time; the oldest comes first. */
  limit: number;
};

export type Redriven = { matched: number; redriven: number; dryRun: boolean };

/**
 * Puts given-up work back: receipts and batches where the sweep finds them, jobs on their queues. A dry run counts what the
 * real one would put back; a job that its queue would refuse is in neither count and stays as it is. What somebody else puts
 * back at the same time counts for one of the two only. Rejects when a queue takes no more; the rest then waits for the next
 * redrive, and nothing is lost.
 */
export async function redriveWork(deps: RedriveDeps, request: RedriveRequest): Promise<Redriven> {
  const { db, now } = deps;
  const { filter, dryRun, by, reason, limit } = request;
  const { stored, jobs } = await choose(deps, filter, limit);
  const matched = stored.length + jobs.length;
  if (dryRun || matched === 0) return { matched, redriven: 0, dryRun };

  const action = { by, at: now(), reason, subject: subjectOf(filter), matched };
  let redriven = (await redriveStored(db, stored, action)).length;
  for (const id of jobs) if (await redriveJob(deps, id, by)) redriven += 1;
  return { matched, redriven, dryRun };
}

const PAGE = 500;

/** The oldest work that can be put back. Jobs that their queues would refuse take nobody's place. */
async function choose(deps: RedriveDeps, filter: GivenUpFilter, limit: number) {
  const stored: string[] = [];
  const jobs: string[] = [];
  let page: Awaited<ReturnType<typeof listRedrivable>> = [];
  do {
    page = await listRedrivable(deps.db, filter, { limit: PAGE, after: page.at(-1) });
    for (const { id, kind } of page) {
      if (stored.length + jobs.length === limit) return { stored, jobs };
      if (kind !== "job") stored.push(id);
      else if (await takes(deps, id)) jobs.push(id);
    }
  } while (page.length === PAGE);
  return { stored, jobs };
}

async function takes({ db, takesJob }: RedriveDeps, id: string): Promise<boolean> {
  const job = await findGivenUpJob(db, id);
  return job !== null && takesJob(job.queue, job.payload);
}

/** On the queue first: a job that is there twice changes nothing, one that is nowhere is lost. */
async function redriveJob({ db, now, enqueueJob }: RedriveDeps, id: string, by: string): Promise<boolean> {
  const job = await findGivenUpJob(db, id);
  if (!job) return false;
  await enqueueJob(job.queue, job.payload);
  return markJobRedriven(db, id, by, now());
}

/** The one piece of work by its id, several by what they were chosen for. */
function subjectOf({ ids, ...filter }: GivenUpFilter): string {
  if (ids?.length === 1 && ids[0]) return ids[0];
  const said = Object.entries({ ...filter, ...(ids && { ids: ids.length }) }).filter(
    ([, value]) => value !== undefined,
  );
  return said.length === 0
    ? "all given-up work"
    : said.map(([name, value]) => `${name}=${value instanceof Date ? value.toISOString() : value}`).join(" ");
}

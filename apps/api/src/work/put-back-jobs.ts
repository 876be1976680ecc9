import { askProvider, type JobContract, type Queue, reconcileReceipts } from "@verdict/queue";
import type { RedriveDeps } from "@verdict/services";

const JOBS: readonly JobContract[] = [reconcileReceipts, askProvider];

/** Puts given-up jobs back on the queues they came from, as new ones. Takes only what their handlers could read today. */
export function putBackJobs(queue: Pick<Queue, "enqueue">): Pick<RedriveDeps, "takesJob" | "enqueueJob"> {
  const jobOf = (name: string) => JOBS.find((job) => job.name === name);
  return {
    takesJob: (name, payload) => jobOf(name)?.payload.safeParse(payload).success ?? false,
    async enqueueJob(name, payload) {
      const job = jobOf(name);
      if (!job) throw new Error(`there is no queue ${name}`);
      await queue.enqueue(job, payload);
    },
  };
}

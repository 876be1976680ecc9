import { randomUUID } from "node:crypto";
import { z } from "zod";
import { defineJob, type JobContract, type Queue, type QueueConfig } from "../../src/index.ts";
import type { BreakableStore } from "../breakable-store.ts";

/** What a driver's test file brings. */
export type StoreUnderTest = {
  url(): string;
  /** A store that may be stopped without harm to others. */
  breakable(): Promise<BreakableStore>;
};

/** What every part of the contract works with. */
export type Setup = StoreUnderTest & {
  prefix: string;
  queue(): Queue;
  /** Another handle on the same store. */
  open(config?: Partial<QueueConfig>): Queue;
};

const note = z.object({ note: z.string() });
export type NoteJob = JobContract<typeof note>;

export const done = { kind: "done" } as const;

/** Dead workers are found soon. */
export const quick = { lockDurationMs: 1_000, stalledIntervalMs: 300 };

/** A kind of job of the test's own, so that tests cannot take each other's jobs. */
export function givenJob(
  extra: { attempts?: number; dedupeKey?: (payload: { note: string }) => string } = {},
): NoteJob {
  return defineJob({ name: `test.${randomUUID()}`, payload: note, attempts: 1, backoffMs: 10, ...extra });
}

/** A handler that writes down what it was given. */
export function recorder() {
  const seen: string[] = [];
  return {
    seen,
    handler: async (payload: { note: string }) => {
      seen.push(payload.note);
      return done;
    },
  };
}

/** No job of this kind waits, runs or is put off. */
export async function isIdle(queue: Queue, job: NoteJob): Promise<boolean> {
  const { waiting, active, delayed } = await queue.counts(job);
  return waiting + active + delayed === 0;
}

/** Whether the store takes a job now. */
export function accepts(queue: Queue, job: NoteJob, text: string): Promise<boolean> {
  return queue.enqueue(job, { note: text }).then(
    () => true,
    () => false,
  );
}

import type { z } from "zod";

/** A kind of work: its name is also the name of its queue. Numbers are milliseconds and counts. */
export type JobContract<Schema extends z.ZodType = z.ZodType> = {
  readonly name: string;
  /** Parsed when put in and when taken out; strips what it does not know, so that old and new jobs may wait together. */
  readonly payload: Schema;
  /** Jobs of one key wait once; one that is added while its twin runs makes exactly one more run after it. */
  dedupeKey?(payload: z.output<Schema>): string;
  /** How many times a handler may throw before the job is failed. */
  readonly attempts: number;
  /** Pause after the first throw; it doubles with each one, with jitter, up to five minutes. */
  readonly backoffMs: number;
};

/** Any job, for calls that need no payload. */
export type NamedJob = Pick<JobContract, "name">;

/** Types a job contract by its payload schema. Throws on a name or a number that no store could take. */
export function defineJob<Schema extends z.ZodType>(contract: JobContract<Schema>): JobContract<Schema> {
  if (!/^[a-z][a-z0-9._-]*$/.test(contract.name)) throw new Error(`job name "${contract.name}" is not a plain word`);
  if (!(contract.attempts >= 1 && contract.backoffMs > 0)) throw new Error(`job ${contract.name} could never run`);
  return contract;
}

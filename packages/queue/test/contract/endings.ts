import { expect, test } from "vitest";
import type { GivenUpJob } from "../../src/index.ts";
import { until } from "../until.ts";
import { done, givenJob, isIdle, type Setup } from "./setup.ts";

const nothingLeft = { waiting: 0, active: 0, delayed: 0, failed: 0 };

export function endings({ queue }: Setup): void {
  test("retry_in costs no attempt", async () => {
    const job = givenJob({ attempts: 1 });
    const attempts: number[] = [];
    const work = queue().work(job, async (_, { attempt }) => {
      attempts.push(attempt);
      return attempts.length <= 3 ? { kind: "retry_in", ms: attempts.length === 1 ? 0 : 20 } : done;
    });
    await queue().enqueue(job, { note: "again" });
    await until("the fourth run", () => attempts.length === 4);
    await until("no job is left", () => isIdle(queue(), job));

    expect(attempts).toEqual([1, 1, 1, 1]);
    expect(await queue().counts(job)).toEqual(nothingLeft);
    await work.close();
  });

  test("give_up ends a job at once", async () => {
    const job = givenJob({ attempts: 5 });
    const givenUp: GivenUpJob[] = [];
    let runs = 0;
    const hopeless = async () => {
      runs += 1;
      return { kind: "give_up", reason: "the provider forgot it" } as const;
    };
    const work = queue().work(job, hopeless, { onGivenUp: (lost) => void givenUp.push(lost) });
    await queue().enqueue(job, { note: "hopeless" });
    await until("it is given up", () => givenUp.length === 1);

    expect(runs).toBe(1);
    expect(givenUp).toEqual([
      { name: job.name, payload: { note: "hopeless" }, reason: "the provider forgot it", attempts: 1 },
    ]);
    expect(await queue().counts(job)).toEqual({ ...nothingLeft, failed: 1 });
    await work.close();
  });

  test("a throw costs one attempt, the last one ends the job", async () => {
    const job = givenJob({ attempts: 3 });
    const attempts: number[] = [];
    const givenUp: GivenUpJob[] = [];
    const broken = async (_: unknown, { attempt }: { attempt: number }) => {
      attempts.push(attempt);
      throw new Error(`throw ${attempt}`);
    };
    const work = queue().work(job, broken, { onGivenUp: (lost) => void givenUp.push(lost) });
    await queue().enqueue(job, { note: "broken" });
    await until("it is given up", () => givenUp.length === 1);

    expect(attempts).toEqual([1, 2, 3]);
    expect(givenUp[0]).toMatchObject({ reason: "throw 3", attempts: 3 });
    expect(await queue().counts(job)).toEqual({ ...nothingLeft, failed: 1 });
    await work.close();
  });

  test("a job put off runs not before its time", async () => {
    const job = givenJob();
    const put = Date.now();
    let ran = 0;
    await queue().enqueue(job, { note: "later" }, { delayMs: 300 });
    expect(await queue().counts(job)).toMatchObject({ waiting: 0, delayed: 1 });
    const work = queue().work(job, async () => {
      ran = Date.now();
      return done;
    });
    await until("it ran", () => ran > 0);
    expect(ran - put).toBeGreaterThanOrEqual(299);
    await work.close();
  });
}

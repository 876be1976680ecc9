import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { type JobContext, QueueUnavailableError } from "../../src/index.ts";
import { until } from "../until.ts";
import { done, givenJob, isIdle, quick, recorder, type Setup } from "./setup.ts";

export function takeovers({ queue, open, prefix, url }: Setup): void {
  test("jobs of a killed process run elsewhere, at no cost of an attempt", async () => {
    const job = givenJob({ attempts: 1 });
    const script = fileURLToPath(new URL("../hanging-worker.ts", import.meta.url));
    const child = spawn(process.execPath, [script, url(), prefix, job.name], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    let taken = "";
    child.stdout.on("data", (data) => {
      taken += data;
    });
    await queue().enqueueMany(job, [{ note: "a" }, { note: "b" }]);
    await until("the child took both", () => taken.split("\n").length === 3);
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;

    const seen: string[] = [];
    const handler = async ({ note }: { note: string }, { attempt }: JobContext) => {
      seen.push(`${note}${attempt}`);
      return done;
    };
    const work = queue().work(job, handler, quick);
    await until("both ran again", () => seen.length === 2);
    expect(seen.sort()).toEqual(["a1", "b1"]);
    await until("no job is left", () => isIdle(queue(), job));
    await work.close();
  });

  test("a worker that must close before its handler ends tells it so, and another takes the job", async () => {
    const job = givenJob({ attempts: 1 });
    const other = open();
    let context: JobContext | undefined;
    const stuck = (_: unknown, given: JobContext) => {
      context = given;
      return new Promise<never>(() => undefined);
    };
    const stuckWork = other.work(job, stuck, quick);
    await queue().enqueue(job, { note: "stuck" });
    await until("it is taken", () => context !== undefined);
    await stuckWork.close(100);
    expect(context?.signal.aborted).toBe(true);

    const { seen, handler } = recorder();
    const work = queue().work(job, handler, quick);
    await until("it ran again", () => seen.length === 1);
    await work.close();
    await other.close();
  });

  test("closing waits for running handlers, whose last act may be an enqueue", async () => {
    const job = givenJob();
    const next = givenJob();
    const said: string[] = [];
    const say = (_: object, text: string) => void said.push(text);
    const other = open({ log: { info: say, warn: say } });
    const gate = Promise.withResolvers<void>();
    let started = false;
    other.work(job, async () => {
      started = true;
      await gate.promise;
      await other.enqueue(next, { note: "next" });
      return done;
    });
    await queue().enqueue(job, { note: "slow" });
    await until("it runs", () => started);
    const closing = other.close();
    gate.resolve();
    await closing;

    expect(await isIdle(queue(), job)).toBe(true);
    expect(await queue().counts(next)).toMatchObject({ waiting: 1 });
    await expect(other.enqueue(next, { note: "late" })).rejects.toThrow(QueueUnavailableError);
    expect(said).toEqual([]);
  });
}

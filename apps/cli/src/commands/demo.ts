import { randomBytes } from "node:crypto";
import { SettingsError } from "@verdict/runtime";
import { SingleBar } from "cli-progress";
import { Command } from "commander";
import { checkRecord } from "../demo/check-record.ts";
import { apiClient, simulatorClient } from "../demo/clients.ts";
import { readFaults } from "../demo/fault-plan.ts";
import { planVisitors } from "../demo/plan.ts";
import { printSummary } from "../demo/print-summary.ts";
import { runVisitors } from "../demo/run-visitors.ts";
import { findStack } from "../demo/stack.ts";
import { type Summary, summarise } from "../demo/summary.ts";
import { withManual } from "../manual.ts";
import { wholeNumber } from "../read-argument.ts";

type Options = { sessions: number; seed: number; faults: string; json: boolean };

export const demoCommand = () =>
  withManual(
    new Command("demo")
      .description("send visitors through the whole system and check that every promise is kept (npm run demo)")
      .option("--sessions <n>", "how many visitors", wholeNumber(1, 100_000), 200)
      .option("--seed <n>", "what they do and what goes wrong; the same seed repeats it", wholeNumber(0, 2 ** 31), 1)
      .option("--faults <plan>", "none, default, harsh, a JSON object or a file with one", "default")
      .option("--json", "print the summary as JSON", false)
      .action(runDemo),
    {
      examples: [
        ["demo --sessions 500 --seed 7 --faults harsh", "much trouble"],
        [`demo --faults '{"callbacks": {"drop": 1}}'`, "every callback lost"],
      ],
      failsWhen: "a promise is broken",
    },
  );

/** Exits with 1 when a promise is broken. Only the summary goes to stdout. */
async function runDemo({ sessions, seed, faults, json }: Options): Promise<void> {
  const plan = readFaults(faults, seed);
  const say = (line: string) => console.error(line);
  const stack = await findStack(say);
  let interrupted = false;
  process.once("SIGINT", async () => {
    interrupted = true;
    await stack.stop();
    process.exit(130);
  });
  try {
    const summary = await send(sessions, seed, plan, stack, say);
    console.log(json ? JSON.stringify(summary, null, 2) : printSummary(summary).join("\n"));
    if (!summary.invariantsHeld) process.exitCode = 1;
  } finally {
    if (!interrupted) await stack.stop();
  }
}

async function send(
  sessions: number,
  seed: number,
  plan: Record<string, unknown>,
  stack: Awaited<ReturnType<typeof findStack>>,
  say: (line: string) => void,
): Promise<Summary> {
  const startedAt = performance.now();
  const since = new Date();
  const api = apiClient(stack.urls.api, stack.apiKey);
  const simulator = simulatorClient(stack.urls.simulator);
  const logStart = await simulator.lastSeq();
  const refusal = await simulator.setFaults(plan);
  if (refusal) throw new SettingsError(`--faults: ${refusal}`);

  const contradicts = await simulator.contradicts();

  const progress = showProgress(sessions, say);
  const runId = `demo${randomBytes(6).toString("hex")}n`;
  const deps = { api, simulator, runId, logStart, onSettled: progress.step };
  const { visits, log } = await runVisitors(planVisitors(sessions, seed), deps);
  progress.stop();
  await simulator.setFaults({ preset: "none" });

  const durationSeconds = (performance.now() - startedAt) / 1000;
  return summarise(
    visits,
    { log, contradicts },
    { seed, faults: plan, stack: stack.kind, queue: stack.queue, durationSeconds },
    await checkRecord(stack, since),
  );
}

/** A bar for people at a terminal, a line at every tenth otherwise. */
function showProgress(total: number, say: (line: string) => void): { step: () => void; stop: () => void } {
  if (process.stderr.isTTY) {
    const bar = new SingleBar({ format: "{bar} {value}/{total} settled, {duration_formatted}", hideCursor: true });
    bar.start(total, 0);
    return { step: () => bar.increment(), stop: () => bar.stop() };
  }
  let settled = 0;
  const every = Math.max(1, Math.ceil(total / 10));
  const step = () => {
    settled += 1;
    if (settled % every === 0 || settled === total) say(`${settled}/${total} settled`);
  };
  return { step, stop: () => {} };
}

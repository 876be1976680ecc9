import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { judgeAll } from "./aims.ts";
import type { Lab } from "./lab.ts";
import { startLoad } from "./load/process.ts";
import { type Stage, setStage } from "./machine/stage.ts";
import { openStores } from "./machine/stores.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { describeRun } from "./report/about.ts";
import { asMarkdown, type Report } from "./report/markdown.ts";
import { SECTIONS } from "./sections/all.ts";
import { leftOut } from "./sections/section.ts";

const DOCUMENT = new URL("../../../docs/benchmarks.md", import.meta.url);

const say = (line: string) => void process.stderr.write(`${line}\n`);

/**
 * Runs the wanted sections one after the other; one that breaks is told about and does not keep the others from
 * running.
 */
async function measure(stage: Stage, options: Options): Promise<Report> {
  const began = performance.now();
  say("starting Postgres, Redis and the load process");
  const lab: Lab = {
    stage,
    stores: await openStores(stage),
    load: await startLoad(stage),
    key: { kid: "bench", secret: randomBytes(24).toString("base64url") },
    options,
    progress: say,
  };
  const about = await describeRun(lab.stores);
  const sections: Report["sections"][number][] = [];
  for (const name of options.only) {
    const { title, how, run } = SECTIONS[name];
    const findings = await run(lab).catch((error: unknown) => {
      stage.stopping.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      say(`${name} broke: ${reason}`);
      // What a process said last is for the terminal; the report gets the first line.
      return { ...leftOut("This section broke."), problems: [`${name}: ${reason.split("\n")[0]}`] };
    });
    sections.push({ name, title, how, ...findings });
  }
  return {
    about,
    options: { rounds: options.rounds, seconds: options.seconds, receipts: options.receipts },
    sections,
    aims: judgeAll(Object.assign({}, ...sections.map(({ ratios }) => ratios))),
    problems: sections.flatMap(({ problems }) => problems),
    minutes: (performance.now() - began) / 60_000,
  };
}

/** Ctrl-C ends the run between two breaths: whatever is waited for, what was started is ended first. */
async function main(options: Options): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
  const aborted = new Promise<null>((resolve) => stopping.signal.addEventListener("abort", () => resolve(null)));

  const stage = await setStage(stopping.signal);
  try {
    const report = await Promise.race([measure(stage, options), aborted]);
    if (!report) return 130;
    const markdown = asMarkdown(report);
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : markdown);
    for (const problem of report.problems) say(`broken: ${problem}`);
    if (report.problems.length > 0) return 1;
    if (options.write) writeFileSync(DOCUMENT, markdown);
    return 0;
  } finally {
    await stage.close();
  }
}

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(1);
  }
}

// A reader that leaves early must not keep the stores from being stopped.
process.stdout.on("error", () => {});
process.exit(await main(optionsOrExit()));

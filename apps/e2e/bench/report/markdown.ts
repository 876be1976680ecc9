import { NODE_FLAGS } from "@verdict/runtime";
import type { JudgedAim } from "../aims.ts";
import { WARM_UP_SECONDS } from "../contest.ts";
import { WARM_UP_LAPS } from "../lap.ts";
import type { Options } from "../options.ts";
import type { Findings, Section, Table } from "../sections/section.ts";
import type { About } from "./about.ts";
import { ratioText } from "./figures.ts";

export type Report = {
  about: About;
  options: Pick<Options, "rounds" | "seconds" | "receipts">;
  sections: readonly ({ name: string } & Pick<Section, "title" | "how"> & Findings)[];
  aims: readonly JudgedAim[];
  /** What must not have happened. */
  problems: readonly string[];
  minutes: number;
};

/** The whole report for people. */
export function asMarkdown(report: Report): string {
  const { about, options, sections, problems } = report;
  const repeated = sections.reduce((sum, section) => sum + section.repeated, 0);
  const disturbed = sections.reduce((sum, section) => sum + section.disturbed, 0);
  const blocks = [
    "# Benchmarks",
    "Written by `npm run bench`; the next full run replaces it.",
    table(aboutTable(about)),
    "## How to read it",
    HOW_TO_READ,
    wrapped(
      `${options.rounds} rounds, slices of ${options.seconds} s, ${report.minutes.toFixed(1)} minutes in all. ` +
        `${repeated} slices were measured again because other processes took more than 10 % of the machine; ` +
        `${disturbed} are kept although they were disturbed each time.`,
    ),
    ...(about.versions.redis === null
      ? ["This machine has no redis-server: contestants that need one are left out; verdict's queue is in Postgres."]
      : []),
    "## Aims",
    table(aimsTable(report.aims)),
    problems.length === 0 ? NOTHING_BROKEN : ["**Broken:**", ...problems.map((problem) => `- ${problem}`)].join("\n"),
    ...sections.flatMap(sectionBlocks),
  ];
  return `${blocks.join("\n\n")}\n`;
}

const NOTHING_BROKEN =
  "No callback that was answered 200 was missing from its store, no answer had a wrong status, and every callback that a " +
  "worker was given has its outcome on record.";

const HOW_TO_READ = `Machines differ and drift, so no absolute figure here is a promise. What counts are **ratios
between contestants measured side by side**: all of them run the whole time, each round loads every one once, in random
order, and a ratio is made inside its round. It is given as \`median [middle half of the rounds] (all rounds)\`.
Everything, the load included, shares this one machine; CPU µs per answer (user + system, from /proc) is therefore the
steadier figure beside the rates. A loopback has no distance, and this disk's fsync may be faster or slower than yours.

Every Node process, whoever's program it runs, is started with the flags that Verdict is shipped with: \`${NODE_FLAGS.join(" ")}\`.

Before the rounds of a section every contestant is under load for ${WARM_UP_SECONDS} s that do not count, at full load
unless the section says otherwise: V8 has optimised a receiver for good only after some 100,000 requests. Where workers
bring callbacks to their outcomes, each is given as many as it gets through in about the time of a slice, before the
rounds ${WARM_UP_LAPS} times as many.

- **bare Hono** answers 200 at once and does nothing else.
- **naive** checks query and token, then awaits \`queue.add()\`: one BullMQ job per callback. On Redis with
  \`appendfsync everysec\` it answers before its callback is safe, with \`always\` after.
- **verdict** is the real receiver process: \`postgres,queue\` commits to Postgres (synced) before its 200,
  \`queue,postgres\` to Redis with \`appendfsync always\`. Its worker is the real one, too.
- **naive worker** runs a BullMQ job for each callback, 50 at a time: a statement of the ORM for each step, the runtime's
  fetch. **fair worker** runs the same jobs with prepared statements, a pipelined transaction, kept connections to the
  provider. Both leave the evidence that Verdict leaves, row by row in the same tables: the receipt, both moves, the
  check, both events. **The task only** is less: find the session, keep the callback, ask by a signed CheckResult, write
  the outcome and one row of audit. Verdict's worker does all it always does: it looks for contradictions, raises alerts,
  keeps budgets and breakers, seals the evidence and tells whoever waits as well.`;

function sectionBlocks(section: Report["sections"][number]): string[] {
  return [
    `## ${section.title}`,
    wrapped(section.how),
    ...section.tables.flatMap(({ title, table: content }) => [`**${title}**`, table(content)]),
    ...section.notes.map(wrapped),
  ];
}

const aboutTable = ({ date, machine, versions }: About): Table => ({
  columns: ["", ""],
  rows: [
    ["date", date],
    ["machine", `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.kernel}`],
    [
      "versions",
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version ?? "none"}`)
        .join(", "),
    ],
  ],
});

export const aimsTable = (aims: readonly JudgedAim[]): Table => ({
  columns: ["", "measured", "aim", "floor", ""],
  rows: aims.map(({ says, better, aim, floor, measured, judgement }) => {
    const sign = better === "more" ? "≥" : "≤";
    return [
      says,
      ratioText(measured),
      `${sign} ${aim}`,
      floor === null ? "–" : `${sign} ${floor}`,
      judgement ?? "not measured",
    ];
  }),
});

function table({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

const WIDTH = 120;

function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join("\n");
}

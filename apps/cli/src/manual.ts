import type { Command } from "commander";

export type Manual = {
  /** Whole command lines without `npm run verdict --`, each with what it is good for. */
  examples: readonly (readonly [line: string, does: string])[];
  /** What exit code 1 means besides bad input and a store or API that cannot be reached; absent: nothing. */
  failsWhen?: string;
  /** What else has to be known. */
  notes?: readonly string[];
};

/** Gives a command its examples and exit codes, shown behind the options by `--help`. */
export function withManual(command: Command, { examples, failsWhen, notes = [] }: Manual): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = [
    ...notes.flatMap((note) => ["", note]),
    "",
    "Examples:",
    ...examples.map(([line, does]) => `  verdict ${line.padEnd(width)}  ${does}`),
    "",
    "Exit codes:",
    "  0  done",
    `  1  ${failsWhen ? `${failsWhen}; or` : "not done:"} the input is wrong, or what it needs cannot be reached`,
  ];
  return command.addHelpText("after", lines.join("\n"));
}

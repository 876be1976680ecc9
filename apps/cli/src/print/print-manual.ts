import type { Command } from "commander";

/** Wide enough for a page, and the same whatever terminal it is made on. */
const WIDTH = 120;

/** What `--help` says of every command, as one Markdown page. */
export function printManual(program: Command): string {
  const commands = program.commands.flatMap(withChildren);
  return [
    "# The command line",
    "",
    "`npm run verdict -- <command>`; `verdict` stands for that below. Made from what `--help` says: `vitest run apps/cli/test/manual.test.ts -u`",
    "writes this page anew.",
    "",
    "Commands that work through the API use `API_PORT` on this machine, else the stack that runs on `DATA_DIR`, else `API_PUBLIC_URL`; their",
    "key is `API_BOOTSTRAP_KEY` (any key will do that may make the call), else the operator key in `DATA_DIR`. The others work on `DATABASE_URL`,",
    "else on the database of that stack. Results go to stdout, everything else to stderr; a bar shows only at a terminal.",
    "",
    "```",
    helpOf(program),
    "```",
    ...commands.flatMap((command) => ["", `## ${pathOf(command)}`, "", "```", helpOf(command), "```"]),
    "",
  ].join("\n");
}

/** The command and those below it; one that only holds others is described by them. */
const withChildren = (command: Command): Command[] =>
  command.commands.length > 0 ? command.commands.flatMap(withChildren) : [command];

const pathOf = (command: Command): string =>
  command.parent?.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trimEnd();
}

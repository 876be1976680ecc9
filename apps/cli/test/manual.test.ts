import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { printManual } from "../src/print/print-manual.ts";
import { makeProgram } from "../src/program.ts";

const leaves = (command: Command): Command[] =>
  command.commands.length > 0 ? command.commands.flatMap(leaves) : [command];

test("docs/cli.md says what --help says", async () => {
  await expect(printManual(makeProgram())).toMatchFileSnapshot("../../../docs/cli.md");
});

describe("every command", () => {
  const manual = printManual(makeProgram());
  test.each(
    leaves(makeProgram()).map(
      (command) =>
        [command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name(), command] as const,
    ),
  )("%s describes itself, gives examples that name it, and tells its exit codes", (name, command) => {
    const section = manual.split(`\n## ${name}\n`)[1]?.split("\n## ")[0] ?? "";
    expect(command.description()).toMatch(/^[a-z]/);
    expect(section).toContain(`Examples:\n  verdict ${name}`);
    expect(section).toMatch(/Exit codes:\n {2}0 {2}done\n {2}1 {2}/);
  });

  test("prints JSON when asked to, except the one that runs until it is stopped", () => {
    const without = leaves(makeProgram()).filter((command) => !command.options.some(({ long }) => long === "--json"));
    expect(without.map((command) => command.name())).toEqual(["start"]);
  });
});

import { Command, Option } from "commander";
import { type Finding, findingsAbout, printFinding } from "../doctor/finding.ts";
import { withManual } from "../manual.ts";

export const doctorCommand = () =>
  withManual(
    new Command("doctor")
      .description("look at everything a deployment needs, and say what to do about what is wrong; changes nothing")
      .addOption(new Option("--json", "print the findings as JSON").default(false))
      .action(runDoctor),
    {
      notes: [
        "Looks at what runs on DATA_DIR, or at what the environment names: settings, Postgres and its migrations, the queue and\n" +
          "what it promises, the provider's answer to each route's credentials (one free CheckResult about a transaction there\n" +
          "cannot be), the callback address as it is seen from here, clocks, backlog, ledger, and who may use the API.",
      ],
      examples: [
        ["doctor", "after installing, and whenever something is odd"],
        ["doctor --json", "for a monitor: {ok, findings: [{about, level, says, todo}]}"],
      ],
      failsWhen: "something fails; a warning alone gives 0",
    },
  );

async function runDoctor({ json }: { json: boolean }): Promise<void> {
  // Drivers take half a second to load, which `--help` need not wait for.
  const [{ examine }, { findSettings }] = await Promise.all([
    import("../doctor/examine.ts"),
    import("../settings/find-settings.ts"),
  ]);
  const found: Finding[] = [];
  for (const look of examine(findSettings(process.env)).map(told)) {
    const findings = await look;
    found.push(...findings);
    if (!json) for (const finding of findings) printLines(printFinding(finding, process.stdout.isTTY));
  }
  const count = (level: Finding["level"]) => found.filter((finding) => finding.level === level).length;
  const [failed, warned] = [count("fail"), count("warn")];
  if (failed > 0) process.exitCode = 1;
  if (json) return console.log(JSON.stringify({ ok: failed === 0, findings: found }, null, 2));
  const tally = [failed > 0 && `${failed} failed`, warned > 0 && `${warned} warned of`].filter(Boolean).join(", ");
  console.log(tally === "" ? "\nall is well" : `\n${tally}`);
}

const printLines = (lines: readonly string[]) => console.log(lines.join("\n"));

/** A look that breaks is a finding, too: the others are still worth having. */
const told = (look: Promise<Finding[]>): Promise<Finding[]> =>
  look.catch((error: unknown) => {
    const what = error instanceof Error ? error.name : "an error";
    return [
      findingsAbout("doctor").fail(`one of the looks broke off (${what})`, "this is a fault of ours; please report it"),
    ];
  });

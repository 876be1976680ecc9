import { RULE_NAMES, type RuleName } from "@verdict/domain";
import { type AlertSettings, readAlertSettings } from "@verdict/runtime";
import { Command, Option } from "commander";
import { printReplay } from "../alerts/print-replay.ts";
import { withManual } from "../manual.ts";
import { pastTime } from "../read-argument.ts";

type Options = { rule: RuleName; from: Date; to?: Date; test: string[]; json: boolean };

export const alertsCommand = () =>
  new Command("alerts").description("rules that raise alerts").addCommand(
    withManual(
      new Command("replay")
        .description(
          "tell when a rule would have fired by the evidence on record and today's thresholds; raises nothing",
        )
        .addOption(new Option("--rule <name>", "the rule").choices(RULE_NAMES).makeOptionMandatory())
        .requiredOption("--from <time>", "ISO 8601, or how long ago like 30m, 24h or 7d", pastTime)
        .option("--to <time>", "the same; now, if not given", pastTime)
        .option("--test <slugs...>", "routes on which people try things out", [])
        .option("--json", "print the result as JSON", false)
        .action(replay),
      {
        examples: [
          ["alerts replay --rule user_burst --from 7d", "when it would have fired in the last week"],
          ["alerts replay --rule user_burst --from 7d --json", "the same, with what was read"],
        ],
        failsWhen: "the rule cannot be replayed",
      },
    ),
  );

async function replay({ rule, from, to = new Date(), test, json }: Options): Promise<void> {
  const { rules }: AlertSettings = readAlertSettings(process.env);
  const [{ replayAlertRule }, { withDatabase }] = await Promise.all([
    import("@verdict/services"),
    import("../stack/find-database.ts"),
  ]);
  const isTest = (route: string) => test.includes(route);
  const replayed = await withDatabase(process.env, (db) => replayAlertRule({ db, rules, isTest }, rule, { from, to }));
  console.log(json ? JSON.stringify({ rule, from, to, ...replayed }, null, 2) : printReplay(rule, replayed).join("\n"));
  if (replayed.kind === "unreplayable") process.exitCode = 1;
}

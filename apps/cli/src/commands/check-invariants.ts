import { environment, readEnv } from "@verdict/runtime";
import { Command, InvalidArgumentError } from "commander";
import { printInvariants } from "../invariants/print-invariants.ts";
import { withManual } from "../manual.ts";

type Options = { since?: number; json: boolean };

const HOUR_MS = 3_600_000;

export const checkInvariantsCommand = () =>
  withManual(
    new Command("check-invariants")
      .description("check that everything on record keeps what Verdict promises")
      .option("--since <hours>", "only sessions begun in the last hours, and all that are open", readHours)
      .option("--json", "print the result as JSON", false)
      .action(runCheckInvariants),
    {
      examples: [
        ["check-invariants", "of everything on record; every row is read"],
        ["check-invariants --since 24 --json", "of the last day, for a monitor"],
      ],
      failsWhen: "a promise is broken",
    },
  );

function readHours(text: string): number {
  const hours = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && hours > 0 && hours <= 1_000_000) return hours;
  throw new InvalidArgumentError("expected a number of hours above 0");
}

async function runCheckInvariants({ since: hours, json }: Options): Promise<void> {
  const [{ checkInvariants }, { withDatabase }] = await Promise.all([
    import("@verdict/services"),
    import("../stack/find-database.ts"),
  ]);
  const grace = await findGrace(process.env);
  const now = new Date();
  const since = hours === undefined ? null : new Date(now.getTime() - hours * HOUR_MS);
  const invariants = await withDatabase(process.env, (db) => checkInvariants(db, { now, grace, since }));
  console.log(json ? JSON.stringify(invariants, null, 2) : printInvariants(invariants).join("\n"));
  if (invariants.some(({ holds }) => !holds)) process.exitCode = 1;
}

/** The running stack knows how long it waits; what the environment says comes first. In seconds. */
async function findGrace(source: NodeJS.ProcessEnv): Promise<number> {
  const { readStack } = await import("../stack/stack-file.ts");
  const env = readEnv(environment(false).pick({ EXPIRY_GRACE_SECONDS: true, DATA_DIR: true }), source);
  const running = source.DATABASE_URL || source.EXPIRY_GRACE_SECONDS ? null : readStack(env.DATA_DIR);
  return running?.settings.expiryGraceSeconds ?? env.EXPIRY_GRACE_SECONDS;
}

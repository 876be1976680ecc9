import type { Head } from "@verdict/domain";
import { Command, InvalidArgumentError } from "commander";
import { printReading } from "../ledger/print-reading.ts";
import { withManual } from "../manual.ts";
import { showProgress } from "../print/show-progress.ts";

type Options = { head?: Head; json: boolean };

export const verifyLedgerCommand = () =>
  withManual(
    new Command("verify-ledger")
      .description("hold all evidence against its seals, and name what was changed first")
      .option("--head <seq:hash>", "one that was kept: shows what was cut off since, or made anew", readHead)
      .option("--json", "print the result as JSON", false)
      .action(runVerifyLedger),
    {
      examples: [
        ["verify-ledger", "has anybody changed the evidence?"],
        ["verify-ledger --head $(cat kept-head.txt)", "nor cut off its end, nor made all of it anew?"],
      ],
      failsWhen: "evidence was changed, is gone, or was put in",
    },
  );

function readHead(text: string): Head {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw new InvalidArgumentError("expected what ledger-head prints");
  return { seq: Number(seq), hash };
}

async function runVerifyLedger({ head, json }: Options): Promise<void> {
  const [{ verifyLedger }, { withDatabase }] = await Promise.all([
    import("@verdict/services"),
    import("../stack/find-database.ts"),
  ]);
  const progress = showProgress("{bar} {value}/{total} seals, {rows} rows");
  const reading = await withDatabase(process.env, (db) =>
    verifyLedger(db, { head, onProgress: ({ seals, of, rows }) => progress.tell(seals, of, { rows }) }),
  ).finally(progress.stop);
  console.log(json ? JSON.stringify(reading) : printReading(reading));
  if (reading.kind === "broken") process.exitCode = 1;
}

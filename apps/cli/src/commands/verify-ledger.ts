import type { Head } from "@verdict/domain";
import type { VerifyOptions } from "@verdict/services";
import { SingleBar } from "cli-progress";
import { Command, InvalidArgumentError } from "commander";
import { printReading } from "../ledger/print-reading.ts";

type Options = { head?: Head; json: boolean };

export const verifyLedgerCommand = () =>
  new Command("verify-ledger")
    .description("hold all evidence against its seals; exits with 1 and names what was changed first")
    .option("--head <seq:hash>", "one that was kept: shows what was cut off since, or made anew", readHead)
    .option("--json", "print the result as JSON", false)
    .action(runVerifyLedger);

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
  const progress = showProgress();
  const reading = await withDatabase(process.env, (db) =>
    verifyLedger(db, { head, onProgress: progress.tell }),
  ).finally(progress.stop);
  console.log(json ? JSON.stringify(reading) : printReading(reading));
  if (reading.kind === "broken") process.exitCode = 1;
}

/** A bar for people at a terminal. */
function showProgress(): { tell: NonNullable<VerifyOptions["onProgress"]>; stop: () => void } {
  if (!process.stderr.isTTY) return { tell: () => {}, stop: () => {} };
  const bar = new SingleBar({ format: "{bar} {value}/{total} seals, {rows} rows", hideCursor: true });
  return {
    tell: ({ seals, of, rows }) => (bar.isActive ? bar.update(seals, { rows }) : bar.start(of, seals, { rows })),
    stop: () => bar.stop(),
  };
}

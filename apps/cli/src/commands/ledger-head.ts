import { headText } from "@verdict/domain";
import { Command } from "commander";
import { withManual } from "../manual.ts";

export const ledgerHeadCommand = () =>
  withManual(
    new Command("ledger-head")
      .description("print the end of the ledger as seq:hash, to be kept outside of the database")
      .option("--json", "print it as JSON", false)
      .action(async ({ json }: { json: boolean }) => {
        const [{ findLedgerHead }, { withDatabase }] = await Promise.all([
          import("@verdict/db"),
          import("../stack/find-database.ts"),
        ]);
        const head = await withDatabase(process.env, findLedgerHead);
        console.log(json ? JSON.stringify({ seq: head.seq, hash: head.hash }) : headText(head));
      }),
    { examples: [["ledger-head > kept-head.txt", "once a day, to a place that who owns the database cannot write"]] },
  );

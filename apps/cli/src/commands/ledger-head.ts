import { headText } from "@verdict/domain";
import { Command } from "commander";

export const ledgerHeadCommand = () =>
  new Command("ledger-head")
    .description("print the end of the ledger as seq:hash, to be kept outside of the database")
    .action(async () => {
      const [{ findLedgerHead }, { withDatabase }] = await Promise.all([
        import("@verdict/db"),
        import("../stack/find-database.ts"),
      ]);
      console.log(headText(await withDatabase(process.env, findLedgerHead)));
    });

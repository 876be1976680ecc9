import { Command } from "commander";
import { checkInvariantsCommand } from "./commands/check-invariants.ts";
import { demoCommand } from "./commands/demo.ts";
import { ledgerHeadCommand } from "./commands/ledger-head.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { startCommand } from "./commands/start.ts";
import { verifyLedgerCommand } from "./commands/verify-ledger.ts";
import { workCommand } from "./commands/work.ts";
import { explain } from "./explain.ts";

const program = new Command("verdict").description("Callbacks of Alibaba Cloud ID Verification, received and settled.");
const commands = [
  startCommand,
  demoCommand,
  migrateCommand,
  workCommand,
  verifyLedgerCommand,
  ledgerHeadCommand,
  checkInvariantsCommand,
];
for (const command of commands) program.addCommand(command());

// A reader that leaves early, as in `npm start | head`, must not end the stack without its clean stop.
process.stdout.on("error", () => {});

try {
  await program.parseAsync();
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

import { Command } from "commander";
import { alertsCommand } from "./commands/alerts.ts";
import { checkInvariantsCommand } from "./commands/check-invariants.ts";
import { demoCommand } from "./commands/demo.ts";
import { discrepanciesCommand } from "./commands/discrepancies.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { eraseCommand } from "./commands/erase.ts";
import { keysCommand } from "./commands/keys.ts";
import { ledgerHeadCommand } from "./commands/ledger-head.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { startCommand } from "./commands/start.ts";
import { tokenCommand } from "./commands/token.ts";
import { usersCommand } from "./commands/users.ts";
import { verificationsCommand } from "./commands/verifications.ts";
import { verifyLedgerCommand } from "./commands/verify-ledger.ts";
import { workCommand } from "./commands/work.ts";

/** Everything `verdict` can do. */
export function makeProgram(): Command {
  const program = new Command("verdict")
    .description("Callbacks of Alibaba Cloud ID Verification, received and settled.")
    .showSuggestionAfterError();
  const commands = [
    startCommand,
    demoCommand,
    migrateCommand,
    doctorCommand,
    verificationsCommand,
    discrepanciesCommand,
    workCommand,
    tokenCommand,
    usersCommand,
    eraseCommand,
    keysCommand,
    alertsCommand,
    checkInvariantsCommand,
    verifyLedgerCommand,
    ledgerHeadCommand,
  ];
  for (const command of commands) program.addCommand(command());
  return program;
}

import { Command } from "commander";
import { demoCommand } from "./commands/demo.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { startCommand } from "./commands/start.ts";
import { explain } from "./explain.ts";

const program = new Command("verdict").description("Callbacks of Alibaba Cloud ID Verification, received and settled.");
for (const command of [startCommand, demoCommand, migrateCommand]) program.addCommand(command());

// A reader that leaves early, as in `npm start | head`, must not end the stack without its clean stop.
process.stdout.on("error", () => {});

try {
  await program.parseAsync();
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

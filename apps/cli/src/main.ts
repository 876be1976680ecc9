import { explain } from "./explain.ts";
import { makeProgram } from "./program.ts";

// A reader that leaves early, as in `npm start | head`, must not end the stack without its clean stop.
process.stdout.on("error", () => {});

try {
  await makeProgram().parseAsync();
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

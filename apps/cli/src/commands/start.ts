import { once } from "node:events";
import { Command } from "commander";
import { explain } from "../explain.ts";
import { withManual } from "../manual.ts";
import type { StackOptions } from "../stack/start-stack.ts";
import { stopSignal } from "../stop-signal.ts";

export const startCommand = () =>
  withManual(
    new Command("start")
      .description("start everything on this machine and keep it running until Ctrl-C (npm start)")
      .option("--verbose", "show the logs of all apps here, too", false)
      .action(({ verbose }: { verbose: boolean }) => runStart({ source: process.env, verbose })),
    {
      examples: [["start --verbose", "everything, with all logs"]],
      failsWhen: "a part cannot start, or a second Ctrl-C has cut the stop short",
    },
  );

/** Starts the stack, stops it when asked to, and ends this process. */
export async function runStart(options: Omit<StackOptions, "say" | "stopping">): Promise<never> {
  const stopping = stopSignal(() => {
    console.log("stopping at once");
    process.exit(1);
  });
  const { startStack } = await import("../stack/start-stack.ts");
  try {
    const stack = await startStack({ ...options, say: (line) => console.log(line), stopping });
    if (!stopping.aborted) await once(stopping, "abort");
    await stack.stop();
  } catch (error) {
    // A start that was given up rejects with the reason we gave.
    if (error !== stopping.reason) {
      console.error(explain(error));
      process.exit(1);
    }
  }
  console.log("stopped");
  process.exit(0);
}

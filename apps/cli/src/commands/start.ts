import { Command } from "commander";
import { explain } from "../explain.ts";
import type { StackOptions } from "../stack/start-stack.ts";

export const startCommand = () =>
  new Command("start")
    .description("start everything on this machine and keep it running until Ctrl-C")
    .option("--verbose", "show the logs of all apps here, too", false)
    .action(({ verbose }: { verbose: boolean }) => runStart({ source: process.env, verbose }));

/** A second Ctrl-C soon after the first is npm passing on the one that the terminal has sent to everybody. */
const SAME_PRESS_MS = 500;

/** Starts the stack, stops it on Ctrl-C, SIGTERM or a closed terminal, and ends this process. */
export async function runStart(options: Omit<StackOptions, "say" | "stopping">): Promise<never> {
  const { startStack } = await import("../stack/start-stack.ts");
  const stopping = new AbortController();
  let askedAt = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (!askedAt) {
        askedAt = Date.now();
        stopping.abort();
      } else if (Date.now() - askedAt > SAME_PRESS_MS) {
        console.log("stopping at once");
        process.exit(1);
      }
    });
  }

  try {
    const stack = await startStack({ ...options, say: (line) => console.log(line), stopping: stopping.signal });
    await new Promise((resolve) => {
      if (stopping.signal.aborted) resolve(null);
      stopping.signal.addEventListener("abort", resolve);
    });
    await stack.stop();
  } catch (error) {
    // A start that was given up rejects with the reason we gave.
    if (error !== stopping.signal.reason) {
      console.error(explain(error));
      process.exit(1);
    }
  }
  console.log("stopped");
  process.exit(0);
}

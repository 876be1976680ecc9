import { SettingsError } from "./settings/settings-error.ts";

/** Closes one thing an app has opened. */
export type Closer = () => unknown;

export type AppContext = {
  /** Aborted when the app begins to stop. */
  stopping: AbortSignal;
  /** Tells the supervisor which port this app serves. */
  listening(port: number): void;
  /** Ends the app with exit code 1 because of an error it cannot live with. */
  fail(error: unknown): void;
};

/** How long all closers together may take. */
const CLOSE_LIMIT_MS = 10_000;

/**
 * The life of every app's process. `start` opens what the app needs and returns the closers, in the order of opening; they
 * run in reverse, within 10 s, on SIGINT, SIGTERM or when the supervisor's IPC channel closes, and the process exits with 0.
 * A SettingsError is printed on stderr as `name: line` each; it and any unexpected error exit with 1.
 * Once started, the supervisor (if any) is sent `{ type: "ready", port? }`.
 */
export async function runApp(name: string, start: (context: AppContext) => Promise<readonly Closer[]>): Promise<void> {
  const stopping = new AbortController();
  let closers: readonly Closer[] | undefined;
  let port: number | undefined;

  const fail = (error: unknown): void => {
    const lines = error instanceof SettingsError ? error.lines : [describe(error)];
    for (const line of lines) process.stderr.write(`${name}: ${line}\n`);
    process.exit(1);
  };

  const stop = async () => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    // Nothing has been promised to anybody before the start is complete.
    if (!closers) process.exit(0);
    setTimeout(() => fail(new Error(`did not close within ${CLOSE_LIMIT_MS / 1_000} s`)), CLOSE_LIMIT_MS);
    for (const close of [...closers].reverse()) {
      try {
        await close();
      } catch (error) {
        // One thing that does not close must not keep the others open.
        process.stderr.write(`${name}: ${describe(error)}\n`);
        process.exitCode = 1;
      }
    }
    process.exit();
  };

  for (const event of ["SIGINT", "SIGTERM", "disconnect"] as const) process.on(event, stop);
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);

  try {
    closers = await start({ stopping: stopping.signal, fail, listening: (value) => (port = value) });
  } catch (error) {
    return fail(error);
  }
  // The supervisor may be gone by now; its closed channel then stops this app by the event above.
  process.send?.({ type: "ready", port }, () => {});
}

const describe = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

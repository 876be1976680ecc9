import { followLog, openAppLog } from "./app-log.ts";
import { type App, processNames } from "./apps.ts";
import type { Pace } from "./backoff.ts";
import type { StackRecord } from "./record.ts";
import { superviseApp } from "./supervise-app.ts";

type Options = {
  apps: readonly App[];
  /** How many processes of each app that may have several. */
  processesEach: number;
  env: Readonly<Record<string, string | undefined>>;
  /** The folder for their logs. */
  logs: string;
  record: StackRecord;
  say: (line: string) => void;
  stopping: AbortSignal;
  verbose?: boolean;
  pace?: Pace;
  /** Gets what stops the apps, in reverse order of stopping. */
  closers: (() => unknown)[];
};

/** Starts all apps at once and waits until every one is ready. Rejects with the words of the first that cannot start. */
export async function startApps({
  apps,
  processesEach,
  env,
  logs,
  record,
  say,
  stopping,
  verbose,
  pace,
  closers,
}: Options): Promise<void> {
  const ready: Promise<void>[] = [];
  const processes = apps.flatMap((app) => processNames(app, processesEach).map((name) => ({ app, name })));
  for (const { app, name } of processes.reverse()) {
    const log = openAppLog(logs, name);
    const unfollow = verbose ? followLog(log, (line) => say(`${name.padEnd(11)} ${line}`)) : () => {};
    const supervised = superviseApp({
      app,
      name,
      env,
      log,
      say,
      onPid: record.pidOf(name),
      ...(pace ? { pace } : {}),
    });
    closers.push(log.close, unfollow, supervised.stop);
    ready.push(supervised.ready);
  }
  await unlessStopped(Promise.all(ready), stopping);
}

async function unlessStopped(work: Promise<unknown>, stopping: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<never>();
  const abort = () => stopped.reject(stopping.reason);
  if (stopping.aborted) abort();
  stopping.addEventListener("abort", abort, { once: true });
  await Promise.race([work, stopped.promise]);
  stopping.removeEventListener("abort", abort);
}

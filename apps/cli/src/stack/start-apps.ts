import { followLog, openAppLog } from "./app-log.ts";
import type { App } from "./apps.ts";
import type { Pace } from "./backoff.ts";
import type { StackRecord } from "./record.ts";
import { superviseApp } from "./supervise-app.ts";

type Options = {
  apps: readonly App[];
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
  for (const app of [...apps].reverse()) {
    const log = openAppLog(logs, app.name);
    const unfollow = verbose ? followLog(log, (line) => say(`${app.name.padEnd(11)} ${line}`)) : () => {};
    const supervised = superviseApp({
      app,
      env,
      log,
      say,
      onPid: record.pidOf(app.name),
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

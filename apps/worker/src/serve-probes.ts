import { type Db, pingDatabase } from "@verdict/db";
import type { Queue } from "@verdict/queue";
import { probeApp, type Registry, type Serving, serve } from "@verdict/runtime";
import type { readSettings } from "./settings.ts";

type Options = {
  db: Db;
  queue: Pick<Queue, "ping">;
  metrics: Registry;
  settings: Pick<ReturnType<typeof readSettings>, "WORKER_PORT" | "PROCESSES_EACH" | "METRICS_TOKEN" | "production">;
  stopping: AbortSignal;
};

/** Serves probes and metrics where a port was set; null: none was. Ready while it can do its work, which needs both stores. */
export async function serveProbes({ db, queue, metrics, settings, stopping }: Options): Promise<Serving | null> {
  if (settings.WORKER_PORT === undefined) return null;
  const checks = { postgres: () => pingDatabase(db), queue: () => queue.ping() };
  const access = { production: settings.production, token: settings.METRICS_TOKEN };
  return serve({
    app: probeApp({ checks, stopping, metrics, access }),
    port: settings.WORKER_PORT,
    variable: "WORKER_PORT",
    shared: settings.PROCESSES_EACH > 1,
  });
}

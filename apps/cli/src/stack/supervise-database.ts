import { setTimeout as delay } from "node:timers/promises";
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from "@verdict/db/embedded";
import { explain } from "../explain.ts";
import { defaultPace, nextWait, type Pace } from "./backoff.ts";

type Options = EmbeddedPostgresOptions & {
  logFile: string;
  say: (line: string) => void;
  onPid: (pid: number | null) => void;
  pace?: Pace;
};

export type SupervisedDatabase = { url: string; port: number; stop(): Promise<void> };

/** Runs the embedded Postgres and starts it again, on the same port, whenever it ends by itself. */
export async function superviseDatabase({
  say,
  onPid,
  pace = defaultPace,
  ...options
}: Options): Promise<SupervisedDatabase> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let server = await startEmbeddedPostgres({ ...options, log: say });
  const { url, port } = server;
  onPid(server.pid);

  const keep = async () => {
    let waitMs: number | null = null;
    while (!signal.aborted) {
      const since = Date.now();
      await server.exited;
      if (signal.aborted) return;
      onPid(null);
      let wellForMs = Date.now() - since;
      for (let again: EmbeddedPostgres | null = null; !again; wellForMs = 0) {
        waitMs = nextWait(pace, waitMs, wellForMs);
        say(`postgres ended; starting it again in ${waitMs / 1_000} s, log: ${options.logFile}`);
        await delay(waitMs, undefined, { signal });
        again = await startEmbeddedPostgres({ ...options, port, log: say }).catch(
          (error) => say(explain(error)) ?? null,
        );
        if (again) server = again;
      }
      onPid(server.pid);
      say(`postgres runs again, pid ${server.pid}`);
    }
  };
  const kept = keep().catch((error) => {
    if (!signal.aborted) throw error;
  });

  return {
    url,
    port,
    stop: async () => {
      stopping.abort();
      await server.stop();
      // A new server may just have been starting.
      await kept;
      await server.stop();
    },
  };
}

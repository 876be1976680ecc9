import { type ChildProcess, spawn } from "node:child_process";
import { NODE_FLAGS, SettingsError } from "@verdict/runtime";
import type { AppLog } from "./app-log.ts";
import type { App } from "./apps.ts";
import { defaultPace, nextWait, type Pace } from "./backoff.ts";

export type SuperviseOptions = {
  app: Pick<App, "name" | "main">;
  /** Tells this process from others of the same app. Default: the app's name. */
  name?: string;
  env: Readonly<Record<string, string | undefined>>;
  log: AppLog;
  say: (line: string) => void;
  /** Called with every new process id, and with null when the process has ended. */
  onPid: (pid: number | null) => void;
  pace?: Pace;
  /** How long the first start may take. */
  startLimitMs?: number;
};

export type Supervised = {
  /** Resolves when the app is ready for the first time. Rejects, with the app's own words, when it ends before. */
  ready: Promise<void>;
  /** SIGTERM, and SIGKILL for an app that does not end by itself. Resolves when it is gone. */
  stop(): Promise<void>;
};

const LOAD_QUICKLY = new URL("load-quickly.ts", import.meta.url).href;

/** An app closes within 10 s on its own. */
const STOP_LIMIT_MS = 12_000;

/** However this process ends, no app outlives it. */
const running = new Set<ChildProcess>();
const killRunning = () => {
  for (const child of running) child.kill("SIGKILL");
};

/** Runs an app as a process of its own and starts it again, ever more slowly, whenever it ends by itself. */
export function superviseApp(options: SuperviseOptions): Supervised {
  const { app, name = app.name, env, log, say, onPid, pace = defaultPace, startLimitMs = 60_000 } = options;
  const first = Promise.withResolvers<void>();
  let child: ChildProcess | null = null;
  let stopping = false;
  let wasReady = false;
  let waitMs: number | null = null;
  let waiting: NodeJS.Timeout | undefined;

  const launch = () => {
    const logStart = log.size();
    let readyAt: number | null = null;
    // Its own process group: Ctrl-C reaches only us, and we stop the apps in order.
    const started = spawn(process.execPath, [...NODE_FLAGS, "--import", LOAD_QUICKLY, app.main], {
      env: { ...env },
      detached: true,
      stdio: ["ignore", log.fd, log.fd, "ipc"],
    });
    child = started;
    running.add(started);
    onPid(started.pid ?? null);

    started.on("message", (message) => {
      if ((message as { type?: unknown } | null)?.type !== "ready") return;
      readyAt = Date.now();
      if (wasReady) say(`${name} runs again, pid ${started.pid}`);
      wasReady = true;
      first.resolve();
    });
    started.on("error", first.reject);
    started.on("exit", (code, signal) => {
      child = null;
      running.delete(started);
      onPid(null);
      if (stopping) return;
      if (!wasReady)
        return first.reject(new SettingsError(lastWords(app.name, log.linesSince(logStart), code, signal)));
      waitMs = nextWait(pace, waitMs, readyAt === null ? 0 : Date.now() - readyAt);
      say(
        `${name} ended (${signal ?? `exit code ${code}`}); starting it again in ${waitMs / 1_000} s, log: ${log.file}`,
      );
      waiting = setTimeout(launch, waitMs);
    });
  };

  const limit = setTimeout(
    () => first.reject(new SettingsError(`${name} is not ready after ${startLimitMs / 1_000} s; its log: ${log.file}`)),
    startLimitMs,
  );
  first.promise.then(
    () => clearTimeout(limit),
    () => clearTimeout(limit),
  );
  process.off("exit", killRunning).once("exit", killRunning);
  launch();

  return {
    ready: first.promise,
    stop: async () => {
      stopping = true;
      clearTimeout(waiting);
      if (child) await end(child);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await gone;
  clearTimeout(limit);
}

/** An app puts its name before what it has to say to a person; failing that, the end of its log must do. */
function lastWords(name: string, lines: readonly string[], code: number | null, signal: string | null): string[] {
  const said = lines.filter((line) => line.startsWith(`${name}: `));
  const ending = `${name} ended before it was ready (${signal ?? `exit code ${code}`})`;
  return said.length > 0 ? said : [ending, ...lines.slice(-5)];
}

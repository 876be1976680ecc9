import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { lend } from "./data-dir.ts";
import { type Exit, exitOf, startProgram } from "./run-program.ts";

export type ServerOptions = {
  binaries: Binaries;
  account: Account;
  dataDir: string;
  port: number;
  settings: Readonly<Record<string, string>>;
  logFile: string;
};

export type Server = {
  pid: number;
  exited: Promise<Exit>;
  stop(): Promise<void>;
};

/** The server, or the reason why it did not become ready: its last lines and the SQLSTATEs among them. */
export type Started = { server: Server } | { lastLines: readonly string[]; states: ReadonlySet<string> };

/** The state of a log line stands after the process id. `00000` is success. */
const LOG_LINE_PREFIX = "%m [%p] %e ";
const statePattern = /\[\d+\] ([0-9A-Z]{5}) /;

/** Starts the server and waits until it accepts connections. Its log goes to `logFile`, which is begun anew. */
export async function startServer(options: ServerOptions): Promise<Started> {
  const { binaries, account, dataDir, port, logFile } = options;
  const log = createWriteStream(logFile, { mode: 0o600 });
  // A full disk must not end us; the database will have its own say about that.
  log.on("error", () => {});
  const ready = Promise.withResolvers<"ready">();
  const lastLines: string[] = [];

  await using lent = await lend(account, dataDir);
  const settings = { ...defaults, ...options.settings, port: String(port) };
  const child = startProgram(
    binaries.postgres,
    ["-D", `${lent.paths[0]}`, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    {
      account,
      fds: lent.fds,
      onLine: (line) => {
        log.write(`${line}\n`);
        if (lastLines.push(line) > 15) lastLines.shift();
        if (line.includes("database system is ready to accept connections")) ready.resolve("ready");
      },
    },
  );
  const exited = exitOf(child);
  const closed = once(child, "close").then(
    () => "closed" as const,
    () => "closed" as const,
  );
  closed.then(() => log.end());
  // Whoever leaves without stop() leaves no server behind, as far as that can be helped.
  const last = () => child.kill("SIGINT");
  process.once("exit", last);
  exited.then(() => process.off("exit", last));

  if ((await Promise.race([ready.promise, closed])) === "closed" || child.pid === undefined) {
    return { lastLines, states: new Set(lastLines.flatMap((line) => statePattern.exec(line)?.[1] ?? [])) };
  }
  return {
    server: {
      pid: child.pid,
      exited,
      stop: async () => {
        // SIGINT ends sessions and closes in order; the others are for a server that cannot.
        for (const [signal, limitMs] of [
          ["SIGINT", 10_000],
          ["SIGQUIT", 5_000],
          ["SIGKILL", 5_000],
        ] as const) {
          child.kill(signal);
          if (await endsWithin(exited, limitMs)) return;
        }
      },
    },
  };
}

const defaults = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: LOG_LINE_PREFIX,
};

async function endsWithin(exited: Promise<Exit>, limitMs: number): Promise<boolean> {
  const limit = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => limit.resolve(false), limitMs);
  const ended = await Promise.race([exited.then(() => true), limit.promise]);
  clearTimeout(timer);
  return ended;
}

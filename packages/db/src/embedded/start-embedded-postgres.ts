import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { accountFor } from "./account.ts";
import { findBinaries } from "./binaries.ts";
import { dataVersion, initialise } from "./data-dir.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { ensureDatabase } from "./ensure-database.ts";
import { stopOrphan } from "./orphan.ts";
import type { Exit } from "./run-program.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";

export type EmbeddedPostgresOptions = {
  /** Made at the first start. Only one server may use it; one left behind by a process that died is stopped first. */
  dataDir: string;
  /** Of the superuser `verdict`. It is set when the data is made and must stay the same. */
  password: string;
  /** On 127.0.0.1. Not given: a free one. */
  port?: number;
  /** The server's own log, begun anew at every start. Not given: `postgres.log` beside the data. */
  logFile?: string;
  /** Gets what is worth telling a person, e.g. that an orphan was stopped. */
  log?: (line: string) => void;
  /** Server settings on top of ours, e.g. `{ fsync: "off" }` for tests. */
  settings?: Readonly<Record<string, string>>;
};

export type EmbeddedPostgres = {
  /** With user, password and database `verdict`. */
  url: string;
  port: number;
  pid: number;
  /** Resolves when the server has ended, wanted or not. */
  exited: Promise<Exit>;
  /** Ends sessions, closes in order; resolves when the server is gone. Safe to call twice. */
  stop(): Promise<void>;
};

/**
 * Starts a real PostgreSQL 18 on loopback from the npm package for this platform, as any user including root. Data survives
 * stop and start. Throws an EmbeddedPostgresError whose message tells a person what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { password, log = () => {}, settings = {} } = options;
  const dataDir = resolve(options.dataDir);
  const account = await accountFor(dataDir);
  const binaries = await findBinaries(account);

  const version = await dataVersion(dataDir);
  if (version && version !== binaries.major) {
    throw new EmbeddedPostgresError(
      `The data in ${dataDir} was written by PostgreSQL ${version}, and this is ${binaries.major}. ` +
        "Move the folder away to begin anew, or set DATABASE_URL to a server that can read it.",
    );
  }
  if (version) {
    const orphan = await stopOrphan(dataDir);
    if (orphan) log(`stopped a PostgreSQL that an earlier run had left behind (process ${orphan})`);
  } else {
    await initialise({ dataDir, password, binaries, account });
  }

  const logFile = options.logFile ?? join(dirname(dataDir), "postgres.log");
  const { server, port } = await startPatiently({ binaries, account, dataDir, settings, logFile }, options.port);
  const url = `postgres://verdict:${encodeURIComponent(password)}@127.0.0.1:${port}/verdict`;
  try {
    await ensureDatabase(url, dataDir);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, port, ...server };
}

/** The SQLSTATE of "somebody else holds this data directory". */
const LOCK_FILE_EXISTS = "F0001";
const PATIENCE_MS = 10_000;

/**
 * Tries again while the last sessions of a killed server still hold the data's shared memory, and with another port when
 * somebody took the free one we had found.
 */
async function startPatiently(
  options: Omit<ServerOptions, "port">,
  wanted?: number,
): Promise<{ server: Server; port: number }> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const port = wanted ?? (await freePort());
    const started = await startServer({ ...options, port });
    if ("server" in started) return { server: started.server, port };
    const held = started.states.has(LOCK_FILE_EXISTS);
    const raced = wanted === undefined && !(await isFree(port));
    if (!(held || raced) || Date.now() > deadline) {
      const lines = started.lastLines.join("\n");
      throw new EmbeddedPostgresError(`PostgreSQL did not start; its last lines (${options.logFile}):\n${lines}`);
    }
    await delay(100);
  }
}

const freePort = (): Promise<number> => listenBriefly(0);

const isFree = (port: number): Promise<boolean> =>
  listenBriefly(port).then(
    () => true,
    () => false,
  );

function listenBriefly(port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer().once("error", reject);
  server.listen(port, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => resolve(typeof address === "object" && address ? address.port : port));
  });
  return promise;
}

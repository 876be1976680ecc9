import { join } from "node:path";
import type { EnvSource } from "@verdict/runtime";
import { appEnvironment, type Ports } from "./app-environment.ts";
import { type App, verdictApps } from "./apps.ts";
import type { Pace } from "./backoff.ts";
import { buildConsole } from "./build-console.ts";
import { checkPorts } from "./check-ports.ts";
import { keepSecrets, openDataFolder } from "./data-folder.ts";
import type { FirstAdmin } from "./first-admin.ts";
import type { Stores } from "./migrate-all.ts";
import { openRecord, type StackRecord, urlsOf } from "./record.ts";
import { report } from "./report.ts";
import { readStackSettings, type StackSettings } from "./settings.ts";
import type { Stack } from "./stack-file.ts";
import { startApps } from "./start-apps.ts";
import { stopLeftovers } from "./stop-leftovers.ts";
import { superviseDatabase } from "./supervise-database.ts";
import { watchReadiness } from "./watch-readiness.ts";

export type StackOptions = {
  source: EnvSource;
  /** Gets each line for the person who started this. */
  say: (line: string) => void;
  /** Gives up a start that is under way. */
  stopping: AbortSignal;
  /** Says the apps' logs, too. */
  verbose?: boolean;
  apps?: readonly App[];
  migrate?: (stores: Stores) => Promise<void>;
  /** Makes the first person; null when there is somebody. */
  firstAdmin?: (databaseUrl: string, email: string) => Promise<FirstAdmin | null>;
  pace?: Pace;
};

export type RunningStack = { stack: Stack; stop(): Promise<void> };

/**
 * Starts everything on this machine: checks all settings and ports first, then database, migrations and apps, and waits
 * until all are ready. When anything fails, nothing is left running. Throws a SettingsError for what a person can correct.
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const { say, stopping, apps = verdictApps } = options;
  const beganAt = performance.now();
  const closers: (() => unknown)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };

  try {
    const settings = readStackSettings(options.source, apps);
    const { dataDir, env, secrets, given, production } = settings;
    const logs = openDataFolder(dataDir);
    await stopLeftovers(dataDir, say);
    const record = openRecord(settings);
    closers.push(record.remove);
    const ports = await freePorts(settings);
    if (secrets) keepSecrets(dataDir, secrets, given.API_BOOTSTRAP_KEY ?? secrets.operatorKey);

    // Drivers take half a second to load: not before the settings are right, and while Postgres starts.
    const migrate = options.migrate ? Promise.resolve(options.migrate) : loadMigrateAll();
    const consoleBuilt = apps === verdictApps ? buildConsole(say) : null;
    const databaseUrl = env.DATABASE_URL ?? (await startDatabase(settings, logs, record, options, closers));
    const queueUrl = env.QUEUE_URL ?? databaseUrl;
    stopping.throwIfAborted();
    await (await migrate)({ databaseUrl, queueUrl, queuePrefix: env.QUEUE_PREFIX });
    stopping.throwIfAborted();

    await consoleBuilt;
    const appEnv = appEnvironment(settings, ports, databaseUrl);
    const processesEach = env.PROCESSES_EACH;
    await startApps({ ...options, apps: settings.apps, processesEach, env: appEnv, logs, record, closers });
    const urls = urlsOf(ports, !production);
    const readiness = watchReadiness({ urls, say });
    closers.push(readiness.stop);
    await readiness.first;
    record.update({ ready: true, urls, ...(production ? {} : { databaseUrl, queueUrl }) });
    // Last of all: a password that is made and not shown is lost.
    const makeFirstAdmin = options.firstAdmin ?? (await import("./first-admin.ts")).makeFirstAdmin;
    const admin = await makeFirstAdmin(databaseUrl, env.FIRST_ADMIN_EMAIL);
    for (const line of report(record.stack, settings, admin, performance.now() - beganAt)) say(line);
    return { stack: record.stack, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const loadMigrateAll = async () => (await import("./migrate-all.ts")).migrateAll;

/** The ports of this start, each free, those given as 0 made real. */
async function freePorts({ env, apps }: StackSettings): Promise<Ports> {
  const { RECEIVER_PORT, API_PORT, SIMULATOR_PORT } = env;
  const all: Ports = { RECEIVER_PORT, API_PORT, SIMULATOR_PORT };
  const used = apps.flatMap(({ port }) => (port ? [[port, all[port]] as const] : []));
  return { ...all, ...(await checkPorts(Object.fromEntries(used))) };
}

async function startDatabase(
  { dataDir, secrets }: StackSettings,
  logs: string,
  record: StackRecord,
  { say, pace }: StackOptions,
  closers: (() => unknown)[],
): Promise<string> {
  const database = await superviseDatabase({
    dataDir: join(dataDir, "postgres"),
    password: secrets?.databasePassword ?? "",
    logFile: join(logs, "postgres.log"),
    say,
    onPid: record.pidOf("postgres"),
    ...(pace ? { pace } : {}),
  });
  closers.push(database.stop);
  return database.url;
}

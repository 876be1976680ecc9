import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Db, openDatabase, pingDatabase } from "@verdict/db";
import { type AppProcess, startApp } from "../app-process.ts";
import { TOKEN_KEYS } from "../callbacks.ts";
import { startDurablePostgres } from "../durable-postgres.ts";
import { type MortalStore, mortal } from "../mortal-store.ts";
import { startReceiver } from "../receiver-process.ts";
import { asksSimulator, startSimulator } from "../simulator-process.ts";
import { suspendPostgres } from "../suspend-postgres.ts";
import { startSyncingRedis } from "../syncing-redis.ts";
import { startWorker } from "../worker-process.ts";
import type { Part, QueueKind, Strike } from "./cells.ts";
import { cutConnections } from "./cut-connections.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";

/** Everything a session passes through, each part a process of its own. */
export type Stage = {
  /** For looking on; ends and returns with Postgres. */
  db: Db;
  apiUrl: string;
  apiKey: string;
  simulatorUrl: string;
  /** Whether this machine can do that to the part at all. */
  canStrike(part: Part, strike: Strike): boolean;
  /** Strikes a part; the returned function makes it whole again. */
  strike(part: Part, strike: Strike): Promise<() => Promise<void>>;
  /** Which processes have ended by themselves, with their last words. They are started again. */
  fallen(): Promise<string[]>;
  close(): Promise<void>;
};

/** Users who give up after seconds, so that a matrix ends today. */
export const CLOCK = { ttlSeconds: 20, graceSeconds: 2 } as const;

const DISK_MIB = 600;

export type StageOptions = {
  /** Puts a pooler before the database. Default: none. */
  poolerOf?: (databaseUrl: string) => Promise<string>;
};

/** Throws where there is no redis-server and the queue is to be on one. */
export async function openStage(folder: string, queue: QueueKind, { poolerOf }: StageOptions = {}): Promise<Stage> {
  const disk = await mountSmallDisk(join(folder, "disk"), DISK_MIB);
  const postgres = await mortal((port) => startDurablePostgres(disk?.path ?? folder, port));
  const redis = queue === "redis" ? await mortal((port) => startSyncingRedis(folder, port)) : null;
  const simulator = await startSimulator({
    SIMULATOR_QPS: "off",
    VERIFICATION_TTL_SECONDS: String(CLOCK.ttlSeconds),
    SIMULATOR_CALLBACK_RETRY_MS: "500",
  });
  const apiKey = "vk_for_the_kill_matrix";
  const common = {
    ...asksSimulator(simulator),
    DATABASE_URL: postgres.url,
    ...(poolerOf && { DATABASE_URL: await poolerOf(postgres.url), DATABASE_DIRECT_URL: postgres.url }),
    QUEUE_URL: redis?.url ?? postgres.url,
    CALLBACK_TOKEN_KEYS: TOKEN_KEYS,
    DATA_ENCRYPTION_KEYS: `d1:${randomBytes(32).toString("base64")}`,
    PROVIDER_QPS: "off",
    LOG_LEVEL: "fatal",
    VERIFICATION_TTL_SECONDS: String(CLOCK.ttlSeconds),
    EXPIRY_GRACE_SECONDS: String(CLOCK.graceSeconds),
    CHECK_SCHEDULE_SECONDS: "3,7,13",
    SWEEP_INTERVAL_MS: "200",
  };
  const receiver = await respawning((port) => startReceiver({ ...common, RECEIVER_PORT: String(port) }));
  const apiSettings = {
    ...common,
    API_BOOTSTRAP_KEY: apiKey,
    MERCHANT_USER_PEPPER: randomBytes(16).toString("hex"),
    PUBLIC_CALLBACK_BASE_URL: `http://127.0.0.1:${receiver.port}`,
  };
  const apps = {
    receiver,
    worker: await respawning(() => startWorker(common)),
    api: await respawning((port) => startApp("api", { ...apiSettings, API_PORT: String(port) })),
  };
  const db = openDatabase(postgres.url, { max: 3 });

  async function strike(part: Part, way: Strike): Promise<() => Promise<void>> {
    switch (part) {
      case "receiver":
      case "worker":
      case "api":
        return way === "kill" ? apps[part].kill() : suspend(apps[part].pid());
      case "redis":
        if (!redis) throw new Error("There is no Redis on this stage.");
        if (way === "kill") return killStore(redis);
        return way === "suspend" ? suspend(redis.pid()) : cutConnections({ redis: redis.url });
      case "postgres":
        return strikePostgres(way);
    }
  }

  async function strikePostgres(way: Strike): Promise<() => Promise<void>> {
    switch (way) {
      case "kill":
        return killStore(postgres);
      case "suspend": {
        const resume = await suspendPostgres(db, postgres.pid());
        return async () => resume();
      }
      case "cut":
        return cutConnections({ postgres: db });
      case "full":
        return fillDisk(disk, postgres, db);
    }
  }

  return {
    db,
    apiKey,
    apiUrl: `http://127.0.0.1:${apps.api.port}`,
    simulatorUrl: `http://127.0.0.1:${simulator.port}`,
    canStrike: (part, way) => (part !== "redis" || redis !== null) && (way !== "full" || disk !== null),
    strike,
    async fallen() {
      const words = await Promise.all(
        Object.entries(apps).map(async ([name, app]) => [name, await app.rise()] as const),
      );
      return words.flatMap(([name, said]) => (said === null ? [] : `the ${name} ended by itself: ${said}`));
    },
    async close() {
      for (const { stop } of Object.values(apps)) await stop();
      await simulator.stop();
      await db.close();
      await redis?.stop();
      await postgres.stop();
      await disk?.remove();
    },
  };
}

type Respawning = {
  port: number;
  pid(): number;
  kill(): Promise<() => Promise<void>>;
  /** Starts it again if it has ended by itself, and tells its last words then. */
  rise(): Promise<string | null>;
  stop(): Promise<unknown>;
};

/** A process that comes back on the same port. */
async function respawning(start: (port: number) => Promise<AppProcess>): Promise<Respawning> {
  let current = await start(0);
  const { port } = current;
  return {
    port,
    pid: () => current.pid,
    async kill() {
      await current.kill("SIGKILL");
      return async () => {
        current = await start(port);
      };
    },
    async rise() {
      if (current.isAlive()) return null;
      const said = current.errors.slice(-LAST_WORDS).join(" | ");
      current = await start(port);
      return said;
    },
    stop: () => current.stop(),
  };
}

const LAST_WORDS = 8;

async function killStore(store: MortalStore): Promise<() => Promise<void>> {
  await store.kill();
  return () => store.restart();
}

async function suspend(pid: number): Promise<() => Promise<void>> {
  process.kill(pid, "SIGSTOP");
  return async () => void process.kill(pid, "SIGCONT");
}

/** A Postgres whose disk is full may end; then somebody starts it again once there is room. */
async function fillDisk(disk: SmallDisk | null, postgres: MortalStore, db: Db): Promise<() => Promise<void>> {
  if (!disk) throw new Error("There is no disk of its own on this stage.");
  await disk.fill();
  return async () => {
    await disk.makeRoom();
    if (!isAlive(postgres.pid())) await postgres.restart();
    while (!(await answers(db))) await pause(50);
  };
}

const answers = (db: Db): Promise<boolean> =>
  pingDatabase(db).then(
    () => true,
    () => false,
  );

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

import { join } from "node:path";
import type { StackSettings } from "./settings.ts";

export type Ports = Readonly<Record<"RECEIVER_PORT" | "API_PORT" | "SIMULATOR_PORT", number>>;

/** The environment every app gets: all that was given, and everything that has a value of its own on this machine. */
export function appEnvironment(
  { given, env, apps, dataDir }: StackSettings,
  ports: Ports,
  databaseUrl: string,
): Record<string, string | undefined> {
  const simulated = apps.some(({ name }) => name === "simulator") && !given.PROVIDER_ENDPOINT;
  return {
    ...given,
    DATA_DIR: dataDir,
    // What Node has compiled once need not be compiled again when a process is replaced.
    NODE_COMPILE_CACHE: given.NODE_COMPILE_CACHE ?? join(dataDir, "compiled"),
    DATABASE_URL: databaseUrl,
    QUEUE_URL: env.QUEUE_URL ?? databaseUrl,
    QUEUE_PREFIX: env.QUEUE_PREFIX,
    RECEIVER_PORT: String(ports.RECEIVER_PORT),
    API_PORT: String(ports.API_PORT),
    SIMULATOR_PORT: String(ports.SIMULATOR_PORT),
    PUBLIC_CALLBACK_BASE_URL: env.PUBLIC_CALLBACK_BASE_URL ?? `http://127.0.0.1:${ports.RECEIVER_PORT}`,
    PROVIDER_ENDPOINT: simulated ? `http://127.0.0.1:${ports.SIMULATOR_PORT}` : env.PROVIDER_ENDPOINT,
    // The simulator allows what it was told to allow.
    ...(simulated && !given.ROUTES_FILE && { PROVIDER_QPS: given.PROVIDER_QPS ?? given.SIMULATOR_QPS ?? "off" }),
  };
}

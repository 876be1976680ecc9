import { createProviderClient, type ProviderClient } from "@verdict/provider";
import { z } from "zod";
import { type AppProcess, startApp } from "./app-process.ts";

const CREDENTIALS = { accessKeyId: "e2e", accessKeySecret: "known to tests only" };

/** What a worker needs to know to ask this simulator. */
export const asksSimulator = (simulator: AppProcess): Record<string, string> => ({
  PROVIDER_ENDPOINT: `http://127.0.0.1:${simulator.port}`,
  ALIBABA_CLOUD_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: CREDENTIALS.accessKeySecret,
});

/** Starts the real simulator on a free port. */
export const startSimulator = (env: Readonly<Record<string, string>> = {}): Promise<AppProcess> =>
  startApp("simulator", {
    ALIBABA_CLOUD_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: CREDENTIALS.accessKeySecret,
    SIMULATOR_PORT: "0",
    LOG_LEVEL: "warn",
    ...env,
  });

/** A client of its own for tests that play the integrator. To be closed. */
export const providerOf = (simulator: AppProcess): ProviderClient =>
  createProviderClient({ ...CREDENTIALS, endpoint: `http://127.0.0.1:${simulator.port}` });

const LogEntry = z.object({
  seq: z.int(),
  at: z.coerce.date(),
  direction: z.enum(["in", "out"]),
  operation: z.string(),
  transactionId: z.string().nullable(),
  code: z.string(),
});

export type LogEntry = z.output<typeof LogEntry>;

/** Every call since, oldest first. */
export async function callsSince({ port }: AppProcess, seq: number): Promise<LogEntry[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/_sim/log?since=${seq}`);
  return z.array(LogEntry).parse(await answer.json());
}

/** Changes how the simulator behaves from now on. */
export async function behave({ port }: AppProcess, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify(settings);
  const answer = await fetch(`http://127.0.0.1:${port}/_sim/settings`, { method: "PUT", headers, body });
  if (!answer.ok) throw new Error(`The simulator refused its settings: ${await answer.text()}`);
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { environment, readEnv, SettingsError } from "@verdict/runtime";
import { z } from "zod";
import { readStack } from "../stack/stack-file.ts";

/** The API a command talks to. */
export type Api = { url: string; key: string };

const settings = { API_PORT: true, API_PUBLIC_URL: true, API_BOOTSTRAP_KEY: true, DATA_DIR: true } as const;

/** What the environment names; else the API of the running stack. Throws a SettingsError when there is neither. */
export async function findApi(source: NodeJS.ProcessEnv): Promise<Api> {
  const env = readEnv(environment(false).pick(settings), source);
  const running = readStack(env.DATA_DIR);
  const url = source.API_PORT ? `http://127.0.0.1:${env.API_PORT}` : (running?.urls.api ?? env.API_PUBLIC_URL);
  if (!url) throw new SettingsError(`API_PORT: not set, nor is API_PUBLIC_URL, and nothing runs on ${env.DATA_DIR}`);
  const key = env.API_BOOTSTRAP_KEY ?? (await operatorKey(env.DATA_DIR));
  return { url, key };
}

async function operatorKey(dataDir: string): Promise<string> {
  try {
    return (await readFile(join(dataDir, "operator-key"), "utf8")).trim();
  } catch {
    throw new SettingsError(`API_BOOTSTRAP_KEY: not set, and there is no operator key in ${dataDir}`);
  }
}

const Problem = z.object({ title: z.string(), detail: z.string().optional() });

/** Asks the API. A refusal is thrown as a SettingsError with what the API says about it. */
export async function askApi<T extends z.ZodType>(
  { url, key }: Api,
  schema: T,
  path: string,
  body?: Record<string, unknown>,
): Promise<z.output<T>> {
  const response = await fetch(`${url}${path}`, {
    method: body ? "POST" : "GET",
    headers: { Authorization: `Bearer ${key}`, ...(body && { "Content-Type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new SettingsError(`nothing answers at ${url}; is the API running there?`);
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) {
    const read = schema.safeParse(answer);
    if (read.success) return read.data;
    throw new SettingsError(`what answers at ${url} is not this version's API`);
  }
  const { data } = Problem.safeParse(answer);
  throw new SettingsError(`the API answered ${response.status}: ${data?.detail ?? data?.title ?? "no reason given"}`);
}

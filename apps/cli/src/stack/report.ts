import { join, relative } from "node:path";
import type { FirstAdmin } from "./first-admin.ts";
import type { StackSettings } from "./settings.ts";
import type { Stack } from "./stack-file.ts";

/** What a person is told once everything runs, ending with the line that begins with `ready`. */
export function report(stack: Stack, settings: StackSettings, admin: FirstAdmin | null, tookMs: number): string[] {
  const { secrets, given, env } = settings;
  const dataDir = nearby(settings.dataDir);
  const own = settings.env.DATABASE_URL === undefined;
  const key = given.API_BOOTSTRAP_KEY;
  const simulated = !given.PROVIDER_ENDPOINT && !given.ROUTES_FILE;
  const unused = ` (not the provider: ${given.ROUTES_FILE ? "ROUTES_FILE" : "PROVIDER_ENDPOINT"} names another)`;
  const pidsOf = (app: string) => {
    const pids = Object.entries(stack.pids).flatMap(([name, pid]) => (name.replace(/-\d+$/, "") === app ? pid : []));
    return `${pids.length > 1 ? "pids" : "pid"} ${pids.join(", ")}`;
  };
  const { urls } = stack;
  const lines: [string, string | undefined][] = [
    ["receiver", `${urls.receiver}  ${pidsOf("receiver")}`],
    ["api", `${urls.api}  ${pidsOf("api")}`],
    ["simulator", urls.simulator && `${urls.simulator}  ${pidsOf("simulator")}${simulated ? "" : unused}`],
    ["worker", pidsOf("worker")],
    ["postgres", own ? `data in ${join(dataDir, "postgres")}  ${pidsOf("postgres")}` : "your own, from DATABASE_URL"],
    ["queue", queue(env.QUEUE_URL ?? "postgres:")],
    ["supervisor", `pid ${stack.pid}`],
    ["logs", join(dataDir, "logs")],
    [
      "sign in",
      secrets && key ? `to the api as a bearer: ${key} (kept in ${join(dataDir, "operator-key")})` : undefined,
    ],
    [
      "sign in",
      admin
        ? `as ${admin.email} with the password ${admin.password} (shown this once; verdict users reset makes another)`
        : undefined,
    ],
  ];
  return [
    ...lines.flatMap(([name, text]) => (text ? `${name.padEnd(11)} ${text}` : [])),
    `ready in ${(tookMs / 1_000).toFixed(1)} s, Ctrl-C stops everything`,
  ];
}

function queue(url: string): string {
  if (url.startsWith("redis")) return "on Redis, from QUEUE_URL";
  return (
    "on Postgres. Redis is faster: sudo apt-get install redis-server (or docker run -d -p 6379:6379 redis:8), " +
    "then QUEUE_URL=redis://127.0.0.1:6379 npm start"
  );
}

/** A path as a person would type it from here. */
function nearby(path: string): string {
  const from = relative("", path);
  return from.startsWith("..") ? path : from;
}

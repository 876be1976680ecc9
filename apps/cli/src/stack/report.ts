import { join, relative } from "node:path";
import type { StackSettings } from "./settings.ts";
import type { Stack } from "./stack-file.ts";

/** What a person is told once everything runs, ending with the line that begins with `ready`. */
export function report(stack: Stack, settings: StackSettings, tookMs: number): string[] {
  const { secrets, given, env } = settings;
  const dataDir = nearby(settings.dataDir);
  const own = settings.env.DATABASE_URL === undefined;
  const key = given.API_BOOTSTRAP_KEY;
  const simulated = !given.PROVIDER_ENDPOINT && !given.ROUTES_FILE;
  const unused = ` (not the provider: ${given.ROUTES_FILE ? "ROUTES_FILE" : "PROVIDER_ENDPOINT"} names another)`;
  const { receiver, api, worker, simulator, postgres } = stack.pids;
  const { urls } = stack;
  const lines: [string, string | undefined][] = [
    ["receiver", `${urls.receiver}  pid ${receiver}`],
    ["api", `${urls.api}  pid ${api}`],
    ["simulator", urls.simulator && `${urls.simulator}  pid ${simulator}${simulated ? "" : unused}`],
    ["worker", `pid ${worker}`],
    ["postgres", own ? `data in ${join(dataDir, "postgres")}  pid ${postgres}` : "your own, from DATABASE_URL"],
    ["queue", queue(env.QUEUE_URL ?? "postgres:")],
    ["supervisor", `pid ${stack.pid}`],
    ["logs", join(dataDir, "logs")],
    [
      "sign in",
      secrets && key ? `to the api as a bearer: ${key} (kept in ${join(dataDir, "operator-key")})` : undefined,
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

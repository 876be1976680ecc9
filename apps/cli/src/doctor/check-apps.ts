import type { Stack } from "../stack/stack-file.ts";
import { type Finding, findingsAbout } from "./finding.ts";

const LIMIT_MS = 5_000;

const { ok, warn, fail } = findingsAbout("apps");

/** Do the apps of the stack that runs here say that they are ready? Without one they run elsewhere, and are not asked. */
export async function checkApps(running: Stack | null, dataDir: string): Promise<Finding> {
  if (!running) return ok(`nothing runs on ${dataDir}; what the environment names is looked at`);
  const asked = (["receiver", "api"] as const).flatMap((name) => {
    const url = running.urls[name];
    return url ? [{ name, url }] : [];
  });
  if (asked.length === 0)
    return warn(`npm start (pid ${running.pid}) is still starting`, "wait for its line that begins with ready");
  const answers = await Promise.all(asked.map(async ({ name, url }) => ({ name, why: await whyUnready(url) })));
  const unready = answers.flatMap(({ name, why }) => (why ? [`${name} is not ready: ${why}`] : []));
  const gone = ["worker"].filter((name) => !running.pids[name]).map((name) => `${name} does not run`);
  const wrong = [...unready, ...gone];
  if (wrong.length > 0) return fail(wrong.join("; "), `see the logs in ${dataDir}/logs`);
  return ok(`npm start runs here (pid ${running.pid}): ${Object.keys(running.pids).sort().join(", ")}`);
}

async function whyUnready(url: string): Promise<string | null> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(LIMIT_MS) });
    if (answer.ok) return null;
    const { failed } = (await answer.json()) as { failed?: string[] };
    return failed?.length ? `${failed.join(" and ")} cannot be reached` : `it answers ${answer.status}`;
  } catch {
    return "it does not answer";
  }
}

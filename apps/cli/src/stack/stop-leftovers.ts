import { setTimeout as delay } from "node:timers/promises";
import { stillRuns } from "./process-identity.ts";
import { readStackFile } from "./stack-file.ts";

/** An app stops by itself when its supervisor has died, which may take it this long. */
const LIMIT_MS = 12_000;

/**
 * Waits for apps of a stack that was killed: they still hold their ports while they close. The embedded Postgres is not
 * among them; whoever starts it next takes its data over.
 */
export async function stopLeftovers(dataDir: string, say: (line: string) => void): Promise<void> {
  const dead = readStackFile(dataDir);
  if (!dead || stillRuns(dead)) return;
  const { postgres: _, ...apps } = dead.parts;
  const left = Object.entries(apps).filter(([, part]) => stillRuns(part));
  for (const [name, { pid }] of left) {
    say(`stopping the ${name} of a run that was killed, pid ${pid}`);
    signal(pid, "SIGTERM");
  }
  const deadline = Date.now() + LIMIT_MS;
  for (const [, part] of left) {
    while (stillRuns(part) && Date.now() < deadline) await delay(20);
    if (stillRuns(part)) signal(part.pid, "SIGKILL");
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended by itself, which is what we want.
  }
}

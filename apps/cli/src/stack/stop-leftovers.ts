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
    process.kill(pid, "SIGTERM");
  }
  const deadline = Date.now() + LIMIT_MS;
  for (const [, part] of left) {
    while (stillRuns(part)) {
      if (Date.now() > deadline) process.kill(part.pid, "SIGKILL");
      await delay(20);
    }
  }
}

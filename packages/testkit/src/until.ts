import { setTimeout as pause } from "node:timers/promises";

/** Looks again and again until `look` finds something. The deadline is only there to end a test that can never pass. */
export async function until<T>(look: () => Promise<T | null | undefined | false>, deadlineMs = 20_000): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Nothing came of it within ${deadlineMs} ms: ${look}`);
    await pause(20);
  }
}

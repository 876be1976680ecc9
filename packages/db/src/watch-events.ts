import type { Db } from "./database.ts";
import { EVENTS_CHANNEL } from "./write-events.ts";

/**
 * Calls `onWritten` when events were written, on whichever process: they are in the feed, or will be as soon as earlier
 * transactions are over. `onReconnect` runs whenever the connection was (re)made: until then nothing was heard.
 */
export async function watchEvents(
  db: Db,
  onWritten: () => void,
  onReconnect: () => void,
): Promise<{ stop(): Promise<void> }> {
  const listening = await db.listen(EVENTS_CHANNEL, onWritten, onReconnect);
  return { stop: () => listening.unlisten() };
}

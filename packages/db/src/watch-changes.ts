import type { Db } from "./database.ts";
import { CHANGED_CHANNEL } from "./settle.ts";

/**
 * Calls `onChange` with the id of every verification that changes, on whichever process. `onReconnect` runs whenever the
 * connection was (re)made: changes in between went unheard, so whoever waits should look once.
 */
export async function watchChanges(
  db: Db,
  onChange: (verificationId: string) => void,
  onReconnect: () => void,
): Promise<{ stop(): Promise<void> }> {
  const listening = await db.listen(
    CHANGED_CHANNEL,
    (payload) => {
      for (const id of payload.split(",")) onChange(id);
    },
    onReconnect,
  );
  return { stop: () => listening.unlisten() };
}

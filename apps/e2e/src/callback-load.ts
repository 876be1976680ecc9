import { type Callback, forgedTarget, newCallback } from "./callbacks.ts";
import { type Answer, openClient } from "./client.ts";

type Answered = { status: number; retryAfter: string | undefined };

/** How everything was answered that was sent. */
export type LoadRecord = { authentic: (Answered & { callback: Callback })[]; forged: Answered[] };

export type CallbackLoad = {
  /** Resolves when so many more authentic callbacks have been answered so. Rejects when a connection breaks. */
  answered(status: number, more: number): Promise<void>;
  /** Waits for the last answers. */
  stop(): Promise<LoadRecord>;
};

/**
 * Sends authentic callbacks, each a new one, and forged ones by turns. Every connection sends its next request when its
 * answer is in.
 */
export function startCallbackLoad(port: number, connections: number): CallbackLoad {
  const record: LoadRecord = { authentic: [], forged: [] };
  const listeners = new Set<(status: number) => void>();
  const client = openClient(port, connections);
  let stopping = false;

  async function loop(): Promise<void> {
    while (!stopping) {
      const callback = newCallback();
      const answer = await client.send(callback.target);
      record.authentic.push({ callback, ...judged(answer) });
      for (const hear of listeners) hear(answer.status);
      record.forged.push(judged(await client.send(forgedTarget())));
    }
  }
  const loops = Promise.all(Array.from({ length: connections }, loop));
  // Whoever waits hears of it.
  loops.catch(() => {});

  return {
    async answered(status, more) {
      const { promise, resolve } = Promise.withResolvers<void>();
      let missing = more;
      const hear = (got: number) => got === status && --missing === 0 && resolve();
      listeners.add(hear);
      await Promise.race([promise, loops]);
      listeners.delete(hear);
    },
    async stop() {
      stopping = true;
      try {
        await loops;
      } finally {
        client.close();
      }
      return record;
    },
  };
}

const judged = ({ status, headers }: Answer): Answered => ({ status, retryAfter: headers["retry-after"] });

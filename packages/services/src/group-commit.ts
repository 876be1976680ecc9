/** More is waiting than can be written in the time a sender has. The item was not taken. */
export class OverloadedError extends Error {
  override readonly name = "OverloadedError";
}

export type GroupCommitOptions = {
  /** Most items in one write. */
  largest?: number;
  /** Most writes under way at a time. */
  inFlight?: number;
  /**
   * With so many items under way what comes then waits, though another write were allowed: under load few large writes are
   * better, and with little to do nobody should wait for somebody else's write. Default: no limit.
   */
  itemsInFlight?: number;
  /** Most items that may wait; beyond it, items are refused at once, so that memory stays bounded. */
  mostWaiting?: number;
};

/**
 * Gathers what arrives while all writes are under way into the next one; no timer. A lone item is written at once; under load
 * batches form by themselves. Every caller learns whether the write that held its item succeeded.
 */
export function groupCommit<T, Answer = void>(
  write: (batch: readonly T[]) => Promise<Answer>,
  { largest = 256, inFlight = 1, itemsInFlight = Infinity, mostWaiting = 20_000 }: GroupCommitOptions = {},
): (item: T) => Promise<Answer> {
  type Waiter = { item: T; done: (answer: Answer) => void; failed: (error: unknown) => void };
  let waiting: Waiter[] = [];
  let writes = 0;
  let itemsUnderWay = 0;
  let starting = false;

  /** What arrives in the same turn of the event loop goes into the same write. */
  function startSoon(): void {
    if (starting || waiting.length === 0 || !hasRoom()) return;
    starting = true;
    setImmediate(() => {
      starting = false;
      start();
    });
  }

  const hasRoom = (): boolean => writes === 0 || (writes < inFlight && itemsUnderWay < itemsInFlight);

  function start(): void {
    const batch = waiting.length <= largest ? waiting : waiting.slice(0, largest);
    waiting = waiting.length <= largest ? [] : waiting.slice(largest);
    writes += 1;
    itemsUnderWay += batch.length;
    void carryOut(batch);
    startSoon();
  }

  async function carryOut(batch: readonly Waiter[]): Promise<void> {
    try {
      const answer = await write(batch.map((waiter) => waiter.item));
      ended(batch.length);
      for (const waiter of batch) waiter.done(answer);
    } catch (error) {
      ended(batch.length);
      for (const waiter of batch) waiter.failed(error);
    }
  }

  function ended(items: number): void {
    writes -= 1;
    itemsUnderWay -= items;
    // What waited for this end has waited long enough.
    if (waiting.length > 0 && !starting && hasRoom()) start();
  }

  return (item) =>
    new Promise((done, failed) => {
      if (waiting.length >= mostWaiting) return failed(new OverloadedError(`more than ${mostWaiting} are waiting`));
      waiting.push({ item, done, failed });
      startSoon();
    });
}

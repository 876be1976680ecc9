/**
 * Gathers what arrives while a write is under way into the next one: one write at a time, no timer. A lone item is
 * written at once; under load a batch forms by itself. Every caller learns whether the write that held its item succeeded.
 */
export function groupCommit<T>(
  write: (batch: readonly T[]) => Promise<void>,
  largest = 256,
): (item: T) => Promise<void> {
  type Waiter = { item: T; done: () => void; failed: (error: unknown) => void };
  let waiting: Waiter[] = [];
  let writing = false;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, largest);
      waiting = waiting.slice(largest);
      try {
        await write(batch.map((waiter) => waiter.item));
        for (const waiter of batch) waiter.done();
      } catch (error) {
        for (const waiter of batch) waiter.failed(error);
      }
    }
    writing = false;
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done: () => done(), failed });
      if (writing) return;
      writing = true;
      setImmediate(drain);
    });
}

/** What was begun and is not over yet: `size` of it; `idle` resolves when all of it has ended. What is begun never rejects. */
export function underWay() {
  const held = new Set<Promise<void>>();
  return {
    get size(): number {
      return held.size;
    },
    /** `onEnd` is called when the work is over and counts no more. */
    begin(work: Promise<void>, onEnd: () => void): void {
      const going = work.finally(() => {
        held.delete(going);
        onEnd();
      });
      held.add(going);
    },
    async idle(): Promise<void> {
      while (held.size > 0) await Promise.all(held);
    },
  };
}

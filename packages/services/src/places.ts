/** So many at a time. Whoever comes when all places are taken waits in line. */
export type Places = {
  /** How many could be taken now. */
  readonly free: number;
  /** Resolves to true with a place, to false when waiting was given up before one came free. */
  take(givenUp?: AbortSignal): Promise<boolean>;
  /** Gives a place back: to the first in line, if anybody waits. */
  leave(): void;
};

export function places(most: number): Places {
  let free = most;
  const line = new Set<() => void>();

  function wait(givenUp?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const called = () => {
        givenUp?.removeEventListener("abort", left);
        resolve(true);
      };
      const left = () => {
        line.delete(called);
        resolve(false);
      };
      line.add(called);
      givenUp?.addEventListener("abort", left, { once: true });
    });
  }

  return {
    get free() {
      return free;
    },
    async take(givenUp) {
      if (givenUp?.aborted) return false;
      if (free === 0) return wait(givenUp);
      free -= 1;
      return true;
    },
    leave() {
      const [first] = line;
      if (!first) free += 1;
      else {
        line.delete(first);
        first();
      }
    },
  };
}

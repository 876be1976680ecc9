/** A second Ctrl-C this soon after the first is npm passing on the one that the terminal has sent to everybody. */
const SAME_PRESS_MS = 500;

/** How often to look whether npm is still there. */
const PARENT_CHECK_MS = 200;

/**
 * Aborts at the first Ctrl-C, SIGTERM or closed terminal. A second one calls `force`. Under npm the end of the parent counts
 * as well: npm passes SIGTERM on to the shell between us, and many a shell dies of it without telling us.
 */
export function stopSignal(force: () => void): AbortSignal {
  const stopping = new AbortController();
  let askedAt = 0;
  const ask = () => {
    if (!askedAt) {
      askedAt = Date.now();
      stopping.abort();
    } else if (Date.now() - askedAt > SAME_PRESS_MS) {
      force();
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, ask);

  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) {
    const check = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(check);
      if (!askedAt) ask();
    }, PARENT_CHECK_MS).unref();
  }
  return stopping.signal;
}

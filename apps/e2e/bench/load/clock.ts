/** Milliseconds on the machine's monotonic clock: the same in all threads, unlike `performance.now()`. */
export function clockMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
}

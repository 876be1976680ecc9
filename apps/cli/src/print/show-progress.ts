import { SingleBar } from "cli-progress";

/** A bar for people at a terminal, on stderr; nothing anywhere else. `format` as cli-progress has it. */
export function showProgress(format: string): {
  tell: (done: number, of?: number, more?: Record<string, unknown>) => void;
  stop: () => void;
} {
  if (!process.stderr.isTTY) return { tell: () => {}, stop: () => {} };
  const bar = new SingleBar({ format, hideCursor: true, clearOnComplete: true });
  return {
    tell: (done, of = 0, more = {}) => (bar.isActive ? bar.update(done, more) : bar.start(of, done, more)),
    stop: () => bar.stop(),
  };
}

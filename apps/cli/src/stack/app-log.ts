import { closeSync, fstatSync, openSync, readSync, renameSync } from "node:fs";
import { join } from "node:path";

/** The log file of one app, begun anew at every start; that of the start before is kept as `<app>.previous.log`. */
export type AppLog = {
  file: string;
  /** Handed to the app as its stdout and stderr: it can write even when nobody reads, and after we are gone. */
  fd: number;
  /** How much has been written so far, in bytes. */
  size(): number;
  /** What has been written since `from`, as lines, at most the last 64 KiB. */
  linesSince(from: number): string[];
  close(): void;
};

const READ_LIMIT = 65_536;

export function openAppLog(folder: string, name: string): AppLog {
  const file = join(folder, `${name}.log`);
  try {
    renameSync(file, join(folder, `${name}.previous.log`));
  } catch {
    // The first start has no log before it.
  }
  const fd = openSync(file, "a+", 0o600);
  const size = () => fstatSync(fd).size;
  return {
    file,
    fd,
    size,
    linesSince: (from) => {
      const start = Math.max(from, size() - READ_LIMIT);
      const buffer = Buffer.alloc(READ_LIMIT);
      const length = readSync(fd, buffer, 0, READ_LIMIT, start);
      return buffer.toString("utf8", 0, length).split("\n").filter(Boolean);
    },
    close: () => closeSync(fd),
  };
}

/** Passes on whole lines as they are written, until the returned function is called. */
export function followLog(log: AppLog, onLine: (line: string) => void): () => void {
  let at = 0;
  let rest = "";
  const read = () => {
    const buffer = Buffer.alloc(READ_LIMIT);
    for (let length = -1; length !== 0; ) {
      length = readSync(log.fd, buffer, 0, READ_LIMIT, at);
      at += length;
      const lines = (rest + buffer.toString("utf8", 0, length)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    }
  };
  const timer = setInterval(read, 100);
  return () => {
    clearInterval(timer);
    read();
  };
}

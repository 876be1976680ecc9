import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a run has opened: a temporary folder, and whatever must be closed before it can go. */
export type Stage = {
  folder: string;
  /** Aborted by Ctrl-C. */
  stopping: AbortSignal;
  /** Throws once the stage closes, so that nothing is started that nobody would end. */
  refuseWhenClosed(): void;
  /** Registers what must happen at the end; the latest first. */
  onClose(close: () => unknown): void;
  /** Runs work with a stage of its own, which is closed after it. */
  within<T>(work: (stage: Stage) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** Sets up an empty stage. */
export async function setStage(stopping: AbortSignal): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "verdict-bench-"));
  const stage = stageIn(folder, stopping);
  stage.onClose(() => rm(folder, { recursive: true, force: true }));
  return stage;
}

function stageIn(folder: string, stopping: AbortSignal): Stage {
  const closers: (() => unknown)[] = [];
  let closed: Promise<void> | null = null;

  async function closeAll(): Promise<void> {
    for (let close = closers.pop(); close; close = closers.pop()) {
      try {
        await close();
      } catch (error) {
        // One thing that does not close must not keep the others open.
        process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  }

  const stage: Stage = {
    folder,
    stopping,
    refuseWhenClosed() {
      stopping.throwIfAborted();
      if (closed) throw new Error("The bench is closing.");
    },
    onClose: (close) => void closers.push(close),
    async within(work) {
      stage.refuseWhenClosed();
      const inner = stageIn(folder, stopping);
      stage.onClose(inner.close);
      try {
        return await work(inner);
      } finally {
        await inner.close();
      }
    },
    close: () => {
      closed ??= closeAll();
      return closed;
    },
  };
  return stage;
}

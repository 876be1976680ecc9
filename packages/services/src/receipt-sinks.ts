import type { NewReceipt } from "@verdict/db";

/** A store that can make callbacks durable. `write` resolves once they are committed. */
export type ReceiptSink = {
  name: "postgres" | "queue";
  write(batch: readonly NewReceipt[]): Promise<void>;
};

/** No store took the batch; the sender has to be told so. `causes` says why, by the name of the store. */
export class NoSinkError extends Error {
  override name = "NoSinkError";
  readonly causes: Readonly<Record<string, unknown>>;
  constructor(causes: Readonly<Record<string, unknown>>) {
    super(`No store took the callbacks: ${Object.keys(causes).join(", ")}`);
    this.causes = causes;
  }
}

/**
 * Writes to the first sink that takes the batch within `limitMs`. A sink that answers too late may have stored it as well:
 * that is harmless, because a receipt's id follows from what it says.
 */
export function firstSinkThatTakes(
  sinks: readonly ReceiptSink[],
  limitMs: number,
): (batch: readonly NewReceipt[]) => Promise<void> {
  return async (batch) => {
    const causes: Record<string, unknown> = {};
    for (const sink of sinks) {
      try {
        return await within(limitMs, sink.write(batch));
      } catch (error) {
        causes[sink.name] = error;
      }
    }
    throw new NoSinkError(causes);
  };
}

/** Rejects when `work` takes longer than `limitMs`. The work itself goes on. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

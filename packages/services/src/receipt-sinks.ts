import { randomUUIDv7 } from "node:crypto";
import type { ReceivedClaim } from "@verdict/db";

/** A store that can make callbacks durable. */
export type ReceiptSink = {
  name: "postgres" | "queue";
  /** Resolves once the batch is committed. Two sinks may get the same one, and know it by its id. */
  write(batch: readonly ReceivedClaim[], batchId: string): Promise<void>;
  /** Resolves when the store answers. */
  ping(): Promise<void>;
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

export type SinkOptions = {
  /** How long one sink may take over one batch, in milliseconds. */
  limitMs: number;
  /** Hears once when a sink stops taking batches, and once when it takes them again. */
  onAway: (name: ReceiptSink["name"], cause: unknown) => void;
  onBack: (name: ReceiptSink["name"]) => void;
};

/**
 * Writes to the first sink that takes the batch within the limit. A sink that failed is passed over until it answers a ping,
 * which goes out beside the next batch: of all callbacks only those of one batch wait for a store that hangs. When no other
 * sink takes the batch, those that failed are tried after all. A sink that answers too late may have stored the batch as well:
 * that is harmless, because a receipt's id follows from what it says, and a batch has an id of its own.
 */
export function firstSinkThatTakes(
  sinks: readonly ReceiptSink[],
  { limitMs, onAway, onBack }: SinkOptions,
): (batch: readonly ReceivedClaim[]) => Promise<void> {
  const away = new Set<ReceiptSink>();
  const pinging = new Set<ReceiptSink>();

  const failed = (sink: ReceiptSink, cause: unknown): void => {
    if (!away.has(sink)) onAway(sink.name, cause);
    away.add(sink);
  };
  const answered = (sink: ReceiptSink): void => {
    if (away.delete(sink)) onBack(sink.name);
  };
  const ping = (sink: ReceiptSink): void => {
    if (pinging.has(sink)) return;
    pinging.add(sink);
    within(limitMs, sink.ping())
      .then(() => answered(sink))
      .catch(() => {})
      .finally(() => pinging.delete(sink));
  };

  return async (batch) => {
    const passedOver = sinks.filter((sink) => away.has(sink));
    for (const sink of passedOver) ping(sink);
    const causes: Record<string, unknown> = {};
    const batchId = randomUUIDv7();
    for (const sink of [...sinks.filter((sink) => !passedOver.includes(sink)), ...passedOver]) {
      try {
        await within(limitMs, sink.write(batch, batchId));
        answered(sink);
        return;
      } catch (error) {
        causes[sink.name] = error;
        failed(sink, error);
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

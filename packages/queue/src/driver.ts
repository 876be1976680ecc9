import type { BackendFactory, IQueueBackend } from "bullmq";
import type { Durability } from "./durability.ts";

/** What BullMQ is given as its connection option: nothing, since a driver's factories bring their own connections. */
export const DRIVER_OWNED = "driver";

/** One store behind BullMQ. Every promise may reject while the store is away, and all work again when it returns. */
export type Driver = {
  /** For adding and reading: all queues share the handle's connections, which give up soon. */
  readonly producer: BackendFactory<IQueueBackend, string>;
  /** For one worker: connections of its own, which wait as long as it takes. */
  readonly consumer: BackendFactory<IQueueBackend, string>;
  /** Key prefix for Redis; Postgres has a schema instead. */
  readonly prefix: string;
  /** Resolves when the store can be asked. Rejects at once when it is known to be away. */
  ready(): Promise<void>;
  ping(): Promise<void>;
  /** What the store promises about a job it has taken. */
  durability(): Promise<Durability>;
  close(): Promise<void>;
};

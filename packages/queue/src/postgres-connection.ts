import { setTimeout as sleep } from "node:timers/promises";
import { assertSchemaCompatibility, PostgresConnection, type PostgresPoolConfig } from "bullmq";
import type { StoreWatch } from "./store-watch.ts";

/**
 * BullMQ's connection, except that a failed start is not remembered for good (6.7.0 keeps the rejected promise, and a
 * handle that was made while Postgres was away would stay dead).
 */
export class StoreConnection extends PostgresConnection {
  #ready: Promise<void> | undefined;
  readonly #watch: StoreWatch;
  readonly #patient: boolean;

  /** Patient: queries wait until the store is there, as workers want it. Otherwise they fail at once. */
  constructor(config: PostgresPoolConfig, watch: StoreWatch, patient: boolean) {
    super(config);
    this.#watch = watch;
    this.#patient = patient;
    // A client that is checked out when the server goes away emits "error" besides failing its query, and node-postgres
    // leaves nobody to hear it: without a listener that would end the process.
    this.pool.on("connect", (client) => void client.on("error", (error) => watch.away(error)));
    this.on("error", (error) => {
      watch.away(error);
      // Makes the worker's next query wait for the store instead of asking it in a tight loop.
      if (patient) this.#ready = undefined;
    });
  }

  override waitUntilReady(): Promise<void> {
    this.#ready ??= this.#start();
    return this.#ready;
  }

  async #start(): Promise<void> {
    try {
      await (this.#patient ? this.#checkUntilThere() : this.#check());
    } catch (error) {
      this.#ready = undefined;
      throw error;
    }
  }

  async #checkUntilThere(): Promise<void> {
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      if (this.isClosing) throw new Error("the connection is closing");
      try {
        return await this.#check();
      } catch {
        await sleep(pauseMs);
      }
    }
  }

  async #check(): Promise<void> {
    try {
      const client = await this.pool.connect();
      try {
        await assertSchemaCompatibility(client, this.schema);
      } finally {
        client.release();
      }
      this.#watch.back();
    } catch (error) {
      this.#watch.away(error);
      throw error;
    }
  }
}

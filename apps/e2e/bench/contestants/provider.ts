import type { Lab } from "../lab.ts";
import { startChild } from "../machine/child.ts";

/** A provider that answers every question alike. */
export type StubProvider = {
  pid: number;
  endpoint: string;
  /** How often it was asked since the last `reset`. */
  asked(): Promise<number>;
  reset(): Promise<void>;
};

export async function startProvider(lab: Lab, delayMs = 0): Promise<StubProvider> {
  const program = new URL("./provider-stub.ts", import.meta.url);
  const stub = await startChild(lab.stage, program, { ANSWER_DELAY_MS: `${delayMs}` });
  const calls = async () => (await stub.ask<{ calls: number }>({ type: "count" })).calls;
  let before = 0;
  return {
    pid: stub.pid,
    endpoint: `http://127.0.0.1:${stub.port}`,
    asked: async () => (await calls()) - before,
    async reset() {
      before = await calls();
    },
  };
}

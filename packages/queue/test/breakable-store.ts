import { standGate } from "@verdict/testkit";

/** A store that a test can take away and give back. Stopped, its port refuses connections. */
export type BreakableStore = {
  url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
};

/** A gate before a store that must stay up for others. */
export async function breakableProxy(url: string): Promise<BreakableStore> {
  const gate = await standGate(url);
  return { url: gate.url, stop: gate.shut, start: gate.open, remove: gate.shut };
}

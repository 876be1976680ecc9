import type { PreparedSession } from "../load/messages.ts";
import type { CpuReading } from "../machine/cpu-meter.ts";

/** A server that is loaded in turn with others. */
export type Contestant = {
  name: string;
  port: number;
  /** Whose CPU counts: the server's and those of the stores it uses. */
  pids: Readonly<Record<string, number>>;
  /** The status each of its answers must have. */
  expects: number;
  /** Readies what the callbacks to come are about. */
  welcome?(sessions: readonly PreparedSession[]): Promise<void>;
  /** How many of the callbacks since the last `clear` its store holds; null: it has none. */
  count: (() => Promise<number>) | null;
  /** Does what is left to do with those callbacks when nobody waits any more, and tells what that took. */
  workOff?(): Promise<CpuReading>;
  clear(): Promise<void>;
};

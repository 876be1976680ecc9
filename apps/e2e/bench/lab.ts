import type { TokenKey } from "@verdict/domain";
import type { LoadProcess } from "./load/process.ts";
import type { Stage } from "./machine/stage.ts";
import type { Stores } from "./machine/stores.ts";
import type { Options } from "./options.ts";

/** What every section works with. */
export type Lab = {
  stage: Stage;
  stores: Stores;
  load: LoadProcess;
  key: TokenKey;
  options: Options;
  /** One line for a person who waits. */
  progress(line: string): void;
};

/** Runs work whose processes and databases are closed after it. */
export const inOwnStage = <T>(lab: Lab, work: (lab: Lab) => Promise<T>): Promise<T> =>
  lab.stage.within((stage) => work({ ...lab, stage }));

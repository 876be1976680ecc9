import { type Child, startChild } from "../machine/child.ts";
import type { Stage } from "../machine/stage.ts";
import type { LoadAnswer, LoadOrder, LoadResult, Pace, Preparation, PreparedSession } from "./messages.ts";
import { findWrk } from "./wrk.ts";

/** The process all requests come from. */
export type LoadProcess = {
  pid: number;
  /** Whether it can have wrk make the load. */
  hasWrk: boolean;
  prepare(preparation: Preparation): Promise<PreparedSession[]>;
  run(pace: Pace): Promise<LoadResult>;
};

/** Starts it. Its calls reject when a server closes connections, sends what is no answer, or stays silent. */
export async function startLoad(stage: Stage): Promise<LoadProcess> {
  const child = await startChild(stage, new URL("./main.ts", import.meta.url));
  return {
    pid: child.pid,
    hasWrk: await findWrk(),
    async prepare(preparation) {
      const answer = await order(child, { type: "prepare", ...preparation });
      return answer.type === "prepared" ? answer.sessions : [];
    },
    async run(pace) {
      const answer = await order(child, { type: "run", pace });
      if (answer.type !== "ran") throw new Error("The load process answered another order.");
      return answer;
    },
  };
}

async function order(child: Child, message: LoadOrder): Promise<LoadAnswer> {
  const answer = await child.ask<LoadAnswer>(message);
  if (answer.type === "failed") throw new Error(answer.reason);
  return answer;
}

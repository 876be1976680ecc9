import type { LoadAnswer, LoadOrder, PreparedLoad } from "./messages.ts";
import { prepareNodeLoad } from "./node-load.ts";
import { preparePaths } from "./requests.ts";
import { prepareWrk } from "./wrk.ts";

let prepared: PreparedLoad | null = null;

/** What costs time before the measured part is done here: requests are signed, connections opened. */
async function prepare(order: Extract<LoadOrder, { type: "prepare" }>): Promise<LoadAnswer> {
  await prepared?.discard();
  const { sessions, paths } = preparePaths(order);
  prepared = await (order.generator === "wrk" ? prepareWrk : prepareNodeLoad)(order, paths);
  return { type: "prepared", sessions: order.tell ? sessions : [] };
}

async function run({ pace }: Extract<LoadOrder, { type: "run" }>): Promise<LoadAnswer> {
  if (!prepared) throw new Error("Nothing is prepared.");
  const load = prepared;
  prepared = null;
  return { type: "ran", ...(await load.run(pace)) };
}

const obey = (order: LoadOrder): Promise<LoadAnswer> => (order.type === "prepare" ? prepare(order) : run(order));

process.on("message", async (order: LoadOrder) => {
  const answer = await obey(order).catch(
    (error: unknown): LoadAnswer => ({
      type: "failed",
      reason: error instanceof Error ? error.message : String(error),
    }),
  );
  process.send?.(answer);
});
// The bench may be killed; nothing of it stays behind.
process.on("disconnect", () => process.exit());
process.send?.({ type: "ready" });

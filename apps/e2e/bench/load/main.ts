import { closedLoop } from "./closed-loop.ts";
import { type Connection, openConnection } from "./connection.ts";
import type { LoadAnswer, LoadOrder, LoadResult, Pace, Preparation } from "./messages.ts";
import { paced } from "./paced.ts";
import { prepareRequests } from "./requests.ts";
import type { Endings, Traffic } from "./tally.ts";

/** A server that owes an answer for so long will not give it. */
const ANSWER_LIMIT_MS = 15_000;

type Prepared = { requests: string[]; repeat: boolean; connections: Connection[] };

let prepared: Prepared | null = null;
let traffic: Traffic | null = null;
let fail: (reason: Error) => void = () => {};

/** Signs requests and opens connections: what costs time before the measured part. */
async function prepare(order: Preparation) {
  for (const connection of prepared?.connections ?? []) connection.close();
  const { sessions, requests } = prepareRequests(order);
  const connections: Connection[] = [];
  for (let count = 0; count < order.connections; count += 1) {
    connections.push(
      await openConnection(
        order.port,
        (connection, status) => traffic?.onAnswer(connection, status),
        (reason) => fail(reason),
      ),
    );
  }
  prepared = { requests, repeat: order.repeat, connections };
  return order.tell ? sessions : [];
}

async function run(pace: Pace): Promise<LoadResult> {
  if (!prepared) throw new Error("Nothing is prepared.");
  const { requests, repeat, connections } = prepared;
  const { promise, resolve, reject } = Promise.withResolvers<LoadResult>();
  fail = reject;
  const limit = setTimeout(
    () => reject(new Error(`Answers were still missing ${ANSWER_LIMIT_MS / 1_000} s after the end.`)),
    pace.seconds * 1_000 + ANSWER_LIMIT_MS,
  );
  try {
    traffic = trafficFor(pace, requests, repeat, { done: resolve });
    traffic.start(connections);
    return await promise;
  } finally {
    clearTimeout(limit);
    traffic?.stop();
    for (const connection of connections) connection.close();
    prepared = traffic = null;
  }
}

function trafficFor(pace: Pace, requests: readonly string[], repeat: boolean, endings: Endings): Traffic {
  switch (pace.kind) {
    case "closed":
      return closedLoop(requests, repeat, pace.seconds, endings);
    case "paced":
      return paced(requests, pace.perSecond, pace.seconds, endings);
  }
}

async function obey(order: LoadOrder): Promise<LoadAnswer> {
  switch (order.type) {
    case "prepare":
      return { type: "prepared", sessions: await prepare(order) };
    case "run":
      return { type: "ran", ...(await run(order.pace)) };
  }
}

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

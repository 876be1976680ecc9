import { closedLoop } from "./closed-loop.ts";
import { type Connection, openConnection } from "./connection.ts";
import type { LoadResult, Pace, Preparation, PreparedLoad } from "./messages.ts";
import { paced } from "./paced.ts";
import { requestFor } from "./requests.ts";
import type { Endings, Traffic } from "./tally.ts";

/** A server that owes an answer for so long will not give it. */
const ANSWER_LIMIT_MS = 15_000;

/** Load from this process: knows every answer's status, and sends each request exactly once. */
export async function prepareNodeLoad(order: Preparation, paths: readonly string[]): Promise<PreparedLoad> {
  const requests = paths.map((path) => requestFor(order.port, path));
  const connections: Connection[] = [];
  let traffic: Traffic | null = null;
  let fail: (reason: Error) => void = () => {};

  const discard = () => {
    for (const connection of connections) connection.close();
  };
  for (let count = 0; count < order.connections; count += 1) {
    connections.push(
      await openConnection(
        order.port,
        (connection, status) => traffic?.onAnswer(connection, status),
        (reason) => fail(reason),
      ),
    );
  }
  return {
    discard,
    async run(pace) {
      const { promise, resolve, reject } = Promise.withResolvers<LoadResult>();
      fail = reject;
      const limit = setTimeout(
        () => reject(new Error(`Answers were still missing ${ANSWER_LIMIT_MS / 1_000} s after the end.`)),
        pace.seconds * 1_000 + ANSWER_LIMIT_MS,
      );
      try {
        traffic = trafficFor(pace, requests, order.repeat, { done: resolve });
        traffic.start(connections);
        return await promise;
      } finally {
        clearTimeout(limit);
        traffic?.stop();
        discard();
      }
    },
  };
}

function trafficFor(pace: Pace, requests: readonly string[], repeat: boolean, endings: Endings): Traffic {
  switch (pace.kind) {
    case "closed":
      return closedLoop(requests, repeat, pace.seconds, endings);
    case "paced":
      return paced(requests, pace.perSecond, pace.seconds, endings);
  }
}

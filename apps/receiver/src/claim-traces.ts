import type { ReceivedClaim } from "@verdict/db";
import type { ClaimTrace } from "@verdict/queue";
import { beginTogether, type Carrier, type Tracing } from "@verdict/runtime";
import type { CallbackDeps } from "./callback-routes.ts";

type Accept = CallbackDeps["accept"];
type Commit = (claim: ReceivedClaim) => Promise<void>;
type Write = (batch: readonly ReceivedClaim[]) => Promise<void>;

export type ClaimTraces = ReturnType<typeof claimTraces>;

/**
 * Begins the trace of each callback whose token is genuine, and knows which claim it belongs to, so that it is packed with it. Whatever a
 * request says of traces itself is not read: it comes from strangers.
 */
export function claimTraces(tracing: Tracing) {
  const traces = new WeakMap<ReceivedClaim, Carrier>();
  const carriersOf = (batch: readonly ReceivedClaim[]) => batch.flatMap((claim) => traces.get(claim) ?? []);
  return {
    accepting:
      (accept: Accept): Accept =>
      (route, judged, at) => {
        // By its verification a trace is found from the logs, and the other way round.
        const about = judged.kind === "genuine" ? { "verdict.verification": judged.verificationId } : {};
        const attributes = { "verdict.route": route, ...about };
        return tracing.span("GET /callbacks/:route", { kind: "server", parent: null, attributes }, () =>
          accept(route, judged, at),
        );
      },
    committing:
      (commit: Commit): Commit =>
      (claim) => {
        const carrier = tracing.current();
        if (carrier) traces.set(claim, carrier);
        return commit(claim);
      },
    /** One write is a part of every trace in it. */
    writing:
      (write: Write): Write =>
      async (batch) => {
        const together = beginTogether(tracing, "commit", carriersOf(batch), {
          attributes: { "verdict.callbacks": batch.length },
        });
        try {
          await write(batch);
          together.end();
        } catch (error) {
          together.end({ failed: true });
          throw error;
        }
      },
    /** What travels with the batch. */
    tracesOf: (batch: readonly ReceivedClaim[]): ClaimTrace[] =>
      batch.flatMap((claim, index): ClaimTrace[] => {
        const carrier = traces.get(claim);
        return carrier ? [[index, carrier]] : [];
      }),
  };
}

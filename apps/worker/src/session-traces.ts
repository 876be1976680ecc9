import {
  type Db,
  findTraceOfEvent,
  findTraceOfTransaction,
  findTraceOfVerification,
  findTracesOfGroup,
  findTracesOfReceipts,
  keepTraces,
  type SessionTrace,
} from "@verdict/db";
import type { MadeCall } from "@verdict/provider";
import type { ClaimBatch } from "@verdict/queue";
import { beginTogether, type Carrier, type SpanOptions, type ToldAlert, type Tracing } from "@verdict/runtime";

type Options = {
  db: Db;
  now: () => Date;
  tracing: Tracing;
  /** Hears of a trace that could not be read or kept: the work goes on, its spans do not. */
  onLost: (error: unknown) => void;
};

export type SessionTraces = ReturnType<typeof sessionTraces>;

/** A job that decides callbacks, for the traces of these. */
export type TracedReconcile = {
  /** A batch was unpacked: it may carry traces. */
  carried(batch: ClaimBatch): void;
  /** Everything that will be decided is known now. Whoever asks the provider about it will find its trace. */
  begun(receiptIds: readonly string[]): Promise<void>;
  ended(failed: boolean): void;
};

/** What was told about more alerts than this names the latest only. */
const LINKS = 8;

/**
 * Goes on with the trace of a session's callback, in whichever process: it comes with the claim, through either store, and is kept beside the
 * session. What is found only afterwards is told afterwards, so that nobody's work waits for its trace.
 */
export function sessionTraces({ db, now, tracing, onLost }: Options) {
  /** Tells of something that is over, as soon as it is known what it is a part of. */
  const tellLater = (
    name: string,
    find: Promise<readonly Carrier[] | Carrier | null>,
    { failed, endedAt, ...options }: SpanOptions & { failed: boolean; endedAt: Date },
  ): void => {
    find.then((found) => {
      const [parent = null, ...links] = typeof found === "string" ? [found] : (found ?? []);
      tracing.begin(name, { ...options, parent, links }).end({ failed, at: endedAt });
    }, onLost);
  };

  return {
    reconciling(): TracedReconcile {
      const begunAt = now();
      const carried: SessionTrace[] = [];
      let together: ReturnType<typeof beginTogether> | undefined;
      return {
        carried({ claims, traces = [] }) {
          for (const [index, trace] of traces) {
            const verificationId = claims[index]?.verificationId;
            if (verificationId) carried.push({ verificationId, trace });
          }
        },
        async begun(receiptIds) {
          try {
            const swept = receiptIds.length > 0 ? await findTracesOfReceipts(db, receiptIds) : [];
            const all = [...carried, ...swept];
            const parents = all.map(({ trace }) => trace);
            together = beginTogether(tracing, "reconcile", parents, { kind: "consumer", begunAt });
            const kept = together.carriers.flatMap((trace, index) => {
              const verificationId = all[index]?.verificationId;
              return trace && verificationId ? { verificationId, trace } : [];
            });
            await keepTraces(db, kept, now());
          } catch (error) {
            onLost(error);
          }
        },
        ended: (failed) => together?.end({ failed }),
      };
    },
    /** A call to the provider is over. */
    called(route: string, { operation, transactionId, answer, code, begunAt, durationMs }: MadeCall): void {
      tellLater(operation, transactionId ? findTraceOfTransaction(db, route, transactionId) : Promise.resolve(null), {
        ...{
          kind: "client",
          begunAt,
          endedAt: new Date(begunAt.getTime() + durationMs),
          failed: answer === "transient",
        },
        attributes: { "verdict.route": route, "verdict.answer": answer, "verdict.code": code },
      });
    },
    raised({ id, rule, severity, route, verificationId }: ToldAlert): void {
      const at = now();
      tellLater("alert", verificationId ? findTraceOfVerification(db, verificationId) : Promise.resolve(null), {
        ...{ begunAt: at, endedAt: at, failed: false },
        attributes: { "verdict.alert": id, "verdict.rule": rule, "verdict.severity": severity, "verdict.route": route },
      });
    },
    told(groupId: string, told: { channel: string; rule: string; sent: boolean; begunAt: Date }): void {
      tellLater("notify", findTracesOfGroup(db, groupId, LINKS), {
        ...{ kind: "producer", begunAt: told.begunAt, endedAt: now(), failed: !told.sent },
        attributes: { "verdict.channel": told.channel, "verdict.rule": told.rule },
      });
    },
    delivered(eventId: string, { outcome, durationMs }: { outcome: string; durationMs: number }): void {
      const endedAt = now();
      tellLater("deliver", findTraceOfEvent(db, eventId), {
        ...{ kind: "producer", begunAt: new Date(endedAt.getTime() - durationMs), endedAt },
        ...{ failed: outcome !== "delivered", attributes: { "verdict.outcome": outcome, "verdict.event": eventId } },
      });
    },
  };
}

import { askProvider, type Durability, openQueue, reconcileReceipts } from "@verdict/queue";
import type { ReceiptSink } from "@verdict/runtime";
import { type Finding, findingsAbout } from "./finding.ts";

const { ok, warn, fail } = findingsAbout("queue");

export type QueueSettings = { url: string; prefix: string; sinks: readonly ReceiptSink[]; mayForget: boolean };

const LIMIT_MS = 5_000;

/** Is it there, ready for this version's jobs, and what is a 200 worth that it stands for? */
export async function checkQueue({ url, prefix, sinks, mayForget }: QueueSettings): Promise<Finding[]> {
  const queue = openQueue({ url, prefix, timeoutMs: LIMIT_MS });
  const kind = url.startsWith("redis") ? "Redis" : "Postgres";
  try {
    await queue.ping();
  } catch (error) {
    await queue.close();
    return [judgeAbsence(kind, error)];
  }
  try {
    const waiting = (await queue.counts(reconcileReceipts)).waiting + (await queue.counts(askProvider)).waiting;
    const promise = judgePromise(await queue.durability(), sinks, mayForget);
    return [ok(`${kind}, ${waiting} jobs waiting`), ...promise];
  } catch {
    return [fail(`${kind} is there, but not ready for this version's jobs`, "npm run verdict -- migrate")];
  } finally {
    await queue.close();
  }
}

/** A store that is away, or refuses the login, says so with a code. One that was never made ready for jobs does not. */
function judgeAbsence(kind: "Redis" | "Postgres", error: unknown): Finding {
  const cause = error instanceof Error ? error.cause : null;
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? ` (${cause.code})` : "";
  if (kind === "Postgres" && code === "") {
    return fail(
      "Postgres does not answer, or is not ready for this version's jobs",
      "npm run verdict -- migrate; it also says what stands in the way",
    );
  }
  return fail(
    `${kind} cannot be reached${code}`,
    "is it running, and does QUEUE_URL name its host, port and password?",
  );
}

/** A receiver whose queue may forget does not start, unless somebody has said that this is acceptable. */
export function judgePromise(promise: Durability, sinks: readonly ReceiptSink[], mayForget: boolean): Finding[] {
  if (promise.kind === "kept") return [ok("its store keeps what it takes")];
  const why = promise.kind === "forgets" ? `its store may forget: ${promise.why}` : `${promise.why}, so it may forget`;
  if (!sinks.includes("queue")) return [ok(`${why}; no callback depends on it (RECEIPT_SINKS)`)];
  if (mayForget) return [warn(why, "set appendonly yes, appendfsync always and maxmemory-policy noeviction")];
  return [
    fail(
      why,
      "change that, take queue out of RECEIPT_SINKS, or set ALLOW_FORGETFUL_QUEUE=true: the receiver refuses it",
    ),
  ];
}

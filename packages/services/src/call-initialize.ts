import {
  type Db,
  isTransactionTaken,
  keepVerification,
  type RaisedAlert,
  releaseVerification,
  snapshotOf,
  type Verification,
  yieldTransaction,
} from "@verdict/db";
import { type CheckPolicy, type InitializeEvidence, nextCheck, reconcileInitialize } from "@verdict/domain";
import type { Answer, CallFacts, InitializeRequest, InitializeResult, ProviderClient } from "@verdict/provider";
import { applyDecision, type RowDecision } from "./apply-decision.ts";
import { settleRow } from "./settle-row.ts";

export type InitializeDeps = {
  db: Db;
  policy: CheckPolicy;
  /** How long the provider lets the user finish, in seconds. */
  ttl: number;
  now: () => Date;
  newId: () => string;
  /** Hears of each alert once, when it is on record. */
  onAlert?: (alert: RaisedAlert) => void;
  wait: (ms: number) => Promise<void>;
};

type Facts = CallFacts & { kind: string };

export type InitializeEnding = {
  kind: "initialized" | "refused" | "unavailable";
  verification: Verification;
  answer: Facts;
};

/**
 * Initialize costs nothing, and a session nobody was told of cannot be finished by anybody: it may be tried again after a
 * lost answer (provider notes, section 3).
 */
const ATTEMPTS = 3;

/**
 * Longer than one attempt at Initialize, and extended before another: so long the same request waits when the process that
 * made it has died.
 */
export const INITIALIZE_LEASE_MS = 15_000;

/** Calls Initialize for a committed intent and records the answer. */
export async function callInitialize(
  deps: InitializeDeps,
  provider: ProviderClient,
  held: Verification,
  request: InitializeRequest,
): Promise<InitializeEnding> {
  const answer = await tryInitialize(deps, provider, held, request);
  switch (answer.kind) {
    case "ok":
      return { kind: "initialized", verification: await record(deps, held, answer), answer };
    case "permanent":
    case "configuration":
    case "unknown":
    case "pending":
      return { kind: "refused", verification: await record(deps, held, answer), answer };
    case "throttled":
    case "transient":
      await releaseVerification(deps.db, held.id);
      return { kind: "unavailable", verification: held, answer };
  }
}

async function tryInitialize(
  deps: InitializeDeps,
  provider: ProviderClient,
  held: Verification,
  request: InitializeRequest,
): Promise<Answer<InitializeResult>> {
  for (let attempt = 1; ; attempt++) {
    const answer = await provider.initialize(request);
    const again = answer.kind === "throttled" || (answer.kind === "transient" && answer.code !== "Timeout");
    if (!again || attempt === ATTEMPTS) return answer;
    const asksFor = answer.kind === "throttled" ? (answer.retryAfterMs ?? 0) : 0;
    await deps.wait(Math.min(2_000, Math.max(asksFor, 250 * attempt)));
    await keepVerification(deps.db, held.id, new Date(deps.now().getTime() + INITIALIZE_LEASE_MS));
  }
}

/** The answer meets the row as it stands: a callback may have been faster. */
async function record(
  deps: InitializeDeps,
  held: Verification,
  answer: Answer<InitializeResult>,
): Promise<Verification> {
  const settled = () => settleRow(deps, held, [], (row, now) => decide(deps, row, answer, now));
  const recorded = await settled().catch(async (error: unknown) => {
    if (answer.kind !== "ok" || !isTransactionTaken(error)) throw error;
    const { transactionId } = answer.result;
    await yieldTransaction(deps.db, { route: held.route, transactionId, owner: held.id, at: deps.now() });
    return settled();
  });
  if (recorded) return recorded;
  throw new Error(`The answer to Initialize for verification ${held.id} could not be recorded.`);
}

function decide(deps: InitializeDeps, held: Verification, answer: Answer<InitializeResult>, now: Date): RowDecision {
  const evidence: InitializeEvidence =
    answer.kind === "ok" ? { kind: "initialized", transactionId: answer.result.transactionId } : { kind: "refused" };
  const decision = reconcileInitialize(snapshotOf(held), evidence);
  const applied = applyDecision(held, decision, {
    at: now,
    actor: "api",
    receiptId: null,
    checkId: null,
    newId: deps.newId,
  });
  if (answer.kind === "ok") return { ...applied, row: withSession(deps, held, applied.row, answer.result, now) };
  if (applied.row.status !== "init_failed") return applied;
  return { ...applied, row: { ...applied.row, errorCode: answer.code, errorMessage: answer.message.slice(0, 500) } };
}

/** What the provider handed out. An id that only a callback had named gives way to it; one of an earlier answer stays. */
function withSession(
  deps: InitializeDeps,
  held: Verification,
  row: Verification,
  { transactionId, protocol, transactionUrl }: InitializeResult,
  now: Date,
): Verification {
  if (held.transactionSource === "initialize") return row;
  const opened: Verification = {
    ...row,
    transactionId,
    transactionSource: "initialize",
    protocol: protocol ?? null,
    transactionUrl: transactionUrl ?? null,
    // The provider's clock starts with its answer, which may have taken several attempts.
    expiresAt: new Date(now.getTime() + deps.ttl * 1000),
  };
  if (row.status !== "awaiting") return opened;
  return { ...opened, nextCheckAt: nextCheck(snapshotOf(opened), now, deps.policy) };
}

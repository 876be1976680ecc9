import {
  type Db,
  leaseVerification,
  type RaisedAlert,
  releaseVerification,
  snapshotOf,
  type Verification,
} from "@verdict/db";
import {
  type CheckEvidence,
  type CheckPolicy,
  type Decision,
  reconcileCheck,
  reconcileNoAnswer,
  reconcileSilence,
} from "@verdict/domain";
import type { ProviderClient } from "@verdict/provider";
import { applyDecision } from "./apply-decision.ts";
import { type Asked, askCheckResult, askVerifyLog } from "./ask-provider.ts";
import { settleRow } from "./settle-row.ts";

export type CheckDeps = {
  db: Db;
  /** The client of a route, or null when that route is not configured here. */
  provider: (route: string) => ProviderClient | null;
  policy: CheckPolicy;
  now: () => Date;
  newId: () => string;
  /** Between 0 and 1, to spread pauses. */
  random: () => number;
  /** Hears of each alert once, when it is on record. */
  onAlert: (alert: RaisedAlert) => void;
};

/** How a check job ended: another process is at it, it came too early, its route is not configured here, or it asked. */
export type CheckEnding = "busy" | "not_due" | "unknown_route" | "asked";

/** Longer than a call to the provider may take. */
const LEASE_MS = 30_000;

/** A verification that is due in less than this is asked about right away. */
const EARLY_MS = 250;

/**
 * Asks the provider about a verification whose time has come, records the answer as evidence and moves the verification if
 * the answer settles it. One process asks at a time; a job that comes too early, twice or too late changes nothing.
 */
export async function checkVerification(deps: CheckDeps, id: string): Promise<CheckEnding> {
  const startedAt = deps.now();
  const leased = await leaseVerification(deps.db, id, startedAt, new Date(startedAt.getTime() + LEASE_MS));
  if (!leased) return "busy";
  const due = leased.nextCheckAt !== null && leased.nextCheckAt.getTime() <= startedAt.getTime() + EARLY_MS;
  const client = deps.provider(leased.route);
  if (!due || !client) {
    await releaseVerification(deps.db, id);
    return client ? "not_due" : "unknown_route";
  }
  if (leased.transactionId === null) await settleSilence(deps, leased);
  else await askAndSettle(deps, client, leased, leased.transactionId);
  return "asked";
}

async function askAndSettle(
  deps: CheckDeps,
  client: ProviderClient,
  leased: Verification,
  transactionId: string,
): Promise<void> {
  const session = { merchantBizId: leased.merchantBizId, transactionId };
  const asked = [await askCheckResult(client, session, deps.now)];
  const first = asked[0]?.evidence;
  if (first && reconcileCheck(snapshotOf(leased), first, deps.policy).kind === "ask_log") {
    asked.push(await askVerifyLog(client, session, deps.now));
  }
  await settleAnswers(deps, leased, transactionId, asked);
}

async function settleSilence(deps: CheckDeps, leased: Verification): Promise<void> {
  const settled = await settleRow(deps, leased, [], (held, now) => {
    const decision = reconcileSilence(snapshotOf(held), now, deps.policy);
    return applyDecision(held, decision, groundsOf(deps, now, null));
  });
  if (!settled) await askSoon(deps, leased.id);
}

async function settleAnswers(
  deps: CheckDeps,
  leased: Verification,
  transactionId: string,
  asked: readonly Asked[],
): Promise<void> {
  const about = { verificationId: leased.id, transactionId };
  const checks = asked.map((question) => ({ ...question.check, ...about, id: deps.newId() }));
  const evidence = asked.at(-1)?.evidence ?? null;
  const checkId = checks.at(-1)?.id ?? null;
  const settled = await settleRow(deps, leased, checks, (held, now) => {
    const decision = decideOn(deps, held, transactionId, evidence, afterTrouble(deps, held, asked, now), now);
    const answered: Verification = {
      ...held,
      checkedAt: now,
      checkCount: held.checkCount + asked.length,
      troubleCount: evidence ? 0 : held.troubleCount + 1,
      nextCheckAt: null,
    };
    return applyDecision(answered, decision, groundsOf(deps, now, checkId));
  });
  if (!settled) await askSoon(deps, leased.id);
}

function decideOn(
  { policy }: CheckDeps,
  held: Verification,
  transactionId: string,
  evidence: CheckEvidence | null,
  askAgainAt: Date,
  now: Date,
): Decision {
  const snapshot = snapshotOf(held);
  // Meanwhile the provider may have named another transaction; then this answer says nothing about the verification.
  if (held.transactionId !== transactionId) return reconcileNoAnswer(snapshot, now, now, policy);
  if (!evidence) return reconcileNoAnswer(snapshot, now, askAgainAt, policy);
  return withoutLog(reconcileCheck(snapshot, evidence, policy), now);
}

/** Every race was lost: whoever won may not have settled it, so the sweep looks again. */
const askSoon = (deps: CheckDeps, id: string): Promise<void> =>
  releaseVerification(deps.db, id, new Date(deps.now().getTime() + 1_000));

/** The deadline passed between asking and deciding, so the log is wanted but was not asked for: look again soon. */
const withoutLog = (decision: Decision, now: Date): Decision =>
  decision.kind === "ask_log" ? { kind: "check_at", at: new Date(now.getTime() + 1_000) } : decision;

const groundsOf = (deps: CheckDeps, at: Date, checkId: string | null) => ({
  at,
  actor: "worker",
  receiptId: null,
  checkId,
  newId: deps.newId,
});

/** A provider that could not answer is asked again soon, one that refuses to only now and then: somebody has to mend that. */
const LONGEST_PAUSE_MS = { unavailable: 60_000, refused: 3_600_000 } as const;

/** Two seconds, doubled with every question in a row that stayed unanswered; or what the provider asks for. */
function afterTrouble(deps: CheckDeps, held: Verification, asked: readonly Asked[], now: Date): Date {
  const asksFor = Math.max(0, ...asked.map((question) => question.retryAfterMs ?? 0));
  const refused = asked.some((question) => question.check.kind === "refused");
  const longest = LONGEST_PAUSE_MS[refused ? "refused" : "unavailable"];
  const doubled = Math.min(longest, 2_000 * 2 ** held.troubleCount);
  return new Date(now.getTime() + Math.max(asksFor, doubled * (0.5 + deps.random() / 2)));
}

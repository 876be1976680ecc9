import { snapshotOf, type Verification } from "@verdict/db";
import {
  alertOnCliff,
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
import type { Answers } from "./decide-receipts.ts";
import type { DetailCipher } from "./detail-cipher.ts";
import { sealDetails } from "./seal-details.ts";
import type { Settling } from "./settle-rows.ts";

export type CheckDeps = {
  client: ProviderClient;
  policy: CheckPolicy;
  now: () => Date;
  newId: () => string;
  /** For what answers tell of a person. Absent: it is not kept. */
  cipher?: DetailCipher;
  /** Between 0 and 1, to spread pauses. */
  random: () => number;
  /** Makes a call when the provider may be called, and hears how it ended. */
  call: (operation: "CheckResult" | "CheckVerifyLog", ask: () => Promise<Asked>) => Promise<Asked>;
  /** Writes the answers down, and what they mean for the row. */
  settle: (settling: Settling) => Promise<void>;
};

/**
 * Asks the provider about a leased verification whose time has come, records the answer as evidence and moves the
 * verification if the answer settles it.
 */
export async function checkVerification(deps: CheckDeps, leased: Verification): Promise<void> {
  await deps.settle({ loaded: leased, ...(await askAbout(deps, leased)) });
}

/** Asks the provider about a verification that nobody else asks about. Its answer is yet to be settled. */
export async function askAbout(deps: Omit<CheckDeps, "settle">, leased: Verification): Promise<Answers> {
  const { transactionId, merchantBizId } = leased;
  if (transactionId === null) return silence(deps);
  const session = { merchantBizId, transactionId };
  const asked = [await deps.call("CheckResult", () => askCheckResult(deps.client, session, deps.now))];
  const first = asked[0]?.evidence;
  if (first && reconcileCheck(snapshotOf(leased), first, deps.policy).kind === "ask_log") {
    asked.push(await deps.call("CheckVerifyLog", () => askVerifyLog(deps.client, session, deps.now)));
  }
  return answersOf(deps, leased, transactionId, asked);
}

const silence = (deps: Pick<CheckDeps, "newId" | "policy">): Answers => ({
  checks: [],
  decide: (held, now) => {
    const decision = reconcileSilence(snapshotOf(held), now, deps.policy);
    return applyDecision(held, decision, groundsOf(deps, now, null));
  },
});

function answersOf(
  deps: Pick<CheckDeps, "newId" | "policy" | "cipher" | "random">,
  leased: Verification,
  transactionId: string,
  asked: readonly Asked[],
): Answers {
  const about = { verificationId: leased.id, transactionId };
  const checks = asked.map(({ check, details }) => ({
    ...{ ...check, ...about, id: deps.newId() },
    details: sealDetails(deps.cipher, leased.id, details),
  }));
  const evidence = asked.at(-1)?.evidence ?? null;
  const checkId = checks.at(-1)?.id ?? null;
  const decide = (held: Verification, now: Date) => {
    // Wished for after this question was asked: it is another one's to answer.
    const wished = held.recheckWanted && !leased.recheckWanted;
    const stillWanted = held.recheckWanted && (wished || !answersWish(held, transactionId, asked));
    const askAgainAt = afterTrouble(deps, held, asked, now);
    const decision = decideOn(deps, held, transactionId, evidence, askAgainAt, now, stillWanted);
    const answered: Verification = {
      ...held,
      checkedAt: now,
      checkCount: held.checkCount + asked.length,
      troubleCount: evidence ? 0 : held.troubleCount + (isOurs(asked) ? 1 : 0),
      nextCheckAt: null,
      recheckWanted: stillWanted,
    };
    const applied = applyDecision(answered, decision, groundsOf(deps, now, checkId));
    const row = wished ? { ...applied.row, nextCheckAt: held.nextCheckAt, recheckWanted: true } : applied.row;
    return { ...applied, row, alert: alertOnCliff(snapshotOf(row), now, deps.policy) };
  };
  return { checks, decide };
}

/** A refusal of this very question is an answer, too: asked again, it would be refused again. */
const answersWish = (held: Verification, transactionId: string, asked: readonly Asked[]): boolean =>
  held.transactionId === transactionId && (asked.at(-1)?.evidence !== null || isOurs(asked));

function decideOn(
  { policy }: Pick<CheckDeps, "policy">,
  held: Verification,
  transactionId: string,
  evidence: CheckEvidence | null,
  askAgainAt: Date,
  now: Date,
  wanted: boolean,
): Decision {
  const snapshot = snapshotOf(held);
  // Meanwhile the provider may have named another transaction; then this answer says nothing about the verification.
  if (held.transactionId !== transactionId) return reconcileNoAnswer(snapshot, now, now, policy, wanted);
  if (!evidence) return reconcileNoAnswer(snapshot, now, askAgainAt, policy, wanted);
  return withoutLog(reconcileCheck(snapshot, evidence, policy), now);
}

/** The deadline passed between asking and deciding, so the log is wanted but was not asked for: look again soon. */
const withoutLog = (decision: Decision, now: Date): Decision =>
  decision.kind === "ask_log" ? { kind: "check_at", at: new Date(now.getTime() + 1_000) } : decision;

const groundsOf = (deps: Pick<CheckDeps, "newId">, at: Date, checkId: string | null) => ({
  at,
  actor: "worker",
  receiptId: null,
  checkId,
  newId: deps.newId,
});

/** Whether what went wrong has to do with this verification, and not with the provider or the route as a whole. */
const isOurs = (asked: readonly Asked[]): boolean =>
  asked.some(({ check, ending }) => check.kind === "refused" && ending.kind === "answered");

/** A provider that could not answer is asked again soon, one that refuses this question only now and then. */
const LONGEST_PAUSE_MS = { everybody: 2_000, ours: 3_600_000 } as const;

/**
 * Trouble that everybody has is the breaker's business: this verification stays due. Its own trouble doubles its pause,
 * from two seconds up to an hour.
 */
function afterTrouble(deps: Pick<CheckDeps, "random">, held: Verification, asked: readonly Asked[], now: Date): Date {
  const longest = LONGEST_PAUSE_MS[isOurs(asked) ? "ours" : "everybody"];
  const doubled = Math.min(longest, 2_000 * 2 ** held.troubleCount);
  return new Date(now.getTime() + doubled * (0.5 + deps.random() / 2));
}

import { snapshotOf } from "@verdict/db";
import { decideVoid, type VoidRefusal } from "@verdict/domain";
import { type Act, type ActDeps, type ActResult, actOnVerification } from "./act-on-verification.ts";
import { applyDecision } from "./apply-decision.ts";

/**
 * Ends a verification by a person's decision, as long as it has not ended. It is asked about no more, and told as
 * `verification.voided`; what the provider says of it later is a discrepancy. Null: there is no such verification.
 */
export const voidVerification = (deps: ActDeps, act: Act): Promise<ActResult<VoidRefusal> | null> =>
  actOnVerification(deps, "verification.void", act, (held, at) => {
    const decision = decideVoid(snapshotOf(held));
    if (decision.kind === "refused") return decision;
    const grounds = { at, actor: act.by, receiptId: null, checkId: null, newId: deps.newId };
    const { row, transition } = applyDecision(held, decision, grounds);
    return { kind: "act", row: { ...row, askingUntil: null }, transition, endsAsking: true };
  });

import { snapshotOf } from "@verdict/db";
import { type CheckPolicy, decideRecheck, type RecheckRefusal } from "@verdict/domain";
import { type Act, type ActDeps, type ActResult, actOnVerification } from "./act-on-verification.ts";

/**
 * Has the provider asked about a verification once more, because a person wants it: it is due at once, before everything but fresh
 * callbacks, and stays due until the provider has answered. Also for one that has ended; its answer then moves `expired` or raises
 * a discrepancy. A question that is under way does not count as the answer. Null: there is no such verification.
 */
export const recheckVerification = (
  deps: ActDeps & { policy: CheckPolicy },
  act: Act,
): Promise<ActResult<RecheckRefusal> | null> =>
  actOnVerification(deps, "verification.recheck", act, (held, now) => {
    const decision = decideRecheck(snapshotOf(held), { erased: held.erasedAt !== null, now, policy: deps.policy });
    if (decision.kind === "refused") return decision;
    const row = { ...held, version: held.version + 1, nextCheckAt: decision.at, recheckWanted: true };
    return { kind: "act", row, transition: null, endsAsking: false };
  });

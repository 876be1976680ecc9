import type { ReceivedClaim } from "@verdict/db";
import type { CallbackContent, Judgement } from "@verdict/domain";

export type AcceptDeps = {
  /** Resolves once the callback is durable, rejects when no store takes it. */
  commit: (claim: ReceivedClaim) => Promise<void>;
  /** Keeps that a genuine token came with nonsense. */
  recordMalformed: (callback: { route: string; verificationId: string; reason: string; at: Date }) => Promise<void>;
  /** Whose token this is, for routes that take tokens of other systems. Null: nobody's. Rejects when it cannot be told now. */
  findOpaqueToken: (route: string, token: string) => Promise<{ verificationId: string; expiresAt: Date } | null>;
};

export type Acceptance =
  /** A store has committed it. */
  | { outcome: "accepted" }
  /** Nobody's token. */
  | { outcome: "unknown_token" }
  | { outcome: "malformed"; reason: string }
  | { outcome: "unavailable"; cause: unknown };

/** A callback that was not turned away from memory alone. */
export type Acceptable = Extract<Judgement, { kind: "genuine" | "opaque" }>;

/** What stands in a receipt in place of a key's id when its token was another system's. */
const OPAQUE_KEY_ID = "opaque";

/**
 * Keeps a callback that was judged worth a store's attention: `accepted` only after a store has committed it. Whether the
 * transaction is known makes no difference here.
 */
export const acceptCallback =
  (deps: AcceptDeps) =>
  (route: string, judged: Acceptable, at: Date): Promise<Acceptance> =>
    judged.kind === "genuine"
      ? keep(deps, route, judged, judged.content, at)
      : deps
          .findOpaqueToken(route, judged.token)
          .then((found): Acceptance | Promise<Acceptance> => {
            if (!found) return { outcome: "unknown_token" };
            return keep(deps, route, { ...found, keyId: OPAQUE_KEY_ID }, judged.content, at);
          })
          .catch(unavailable);

const unavailable = (cause: unknown): Acceptance => ({ outcome: "unavailable", cause });
const accepted = (): Acceptance => ({ outcome: "accepted" });

/** Who vouches for a callback, and for which session. */
type Bearer = { verificationId: string; keyId: string; expiresAt: Date };

function keep(
  deps: AcceptDeps,
  route: string,
  bearer: Bearer,
  content: CallbackContent,
  at: Date,
): Promise<Acceptance> {
  const { verificationId, keyId, expiresAt } = bearer;
  if (content.kind === "malformed") {
    const { reason } = content;
    return deps
      .recordMalformed({ route, verificationId, reason, at })
      .then((): Acceptance => ({ outcome: "malformed", reason }), unavailable);
  }
  const { transactionId, claim, extra } = content;
  const received: ReceivedClaim = {
    route,
    verificationId,
    transactionId,
    passed: claim.passed,
    subCode: claim.subCode,
    keyId,
    late: at > expiresAt,
    extra: isEmpty(extra) ? null : extra,
    receivedAt: at,
  };
  return deps.commit(received).then(accepted, unavailable);
}

function isEmpty(extra: Record<string, string>): boolean {
  for (const _ in extra) return false;
  return true;
}

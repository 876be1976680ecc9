import type { NewReceipt } from "@verdict/db";
import { readCallbackQuery, readCallbackToken, receiptId, type TokenKey } from "@verdict/domain";

export type AcceptDeps = {
  /** The keys of a route, or null when there is no such route. */
  tokenKeys: (route: string) => readonly TokenKey[] | null;
  /** Resolves once the callback is durable, rejects when no store takes it. */
  commit: (receipt: NewReceipt) => Promise<void>;
  /** Keeps that a genuine token came with nonsense. */
  recordMalformed: (callback: { route: string; verificationId: string; reason: string; at: Date }) => Promise<void>;
};

export type Acceptance =
  | { outcome: "accepted" }
  /** No callback parameters: the provider trying whether the address can be reached. */
  | { outcome: "probe" }
  | { outcome: "no_such_route" }
  | { outcome: "refused"; reason: "malformed" | "unknown_key" | "forged" | "missing" }
  | { outcome: "malformed"; reason: string }
  | { outcome: "unavailable"; cause: unknown };

/**
 * Decides on one callback. Until its token has proved genuine, no store is touched; once it has, the answer is `accepted`
 * only after a store has committed it. Whether the transaction is known makes no difference here.
 */
export function acceptCallback(deps: AcceptDeps) {
  return async (route: string, parameters: Iterable<readonly [string, string]>, at: Date): Promise<Acceptance> => {
    const query = readCallbackQuery(parameters);
    const keys = deps.tokenKeys(route);
    if (query.kind === "probe") return { outcome: keys ? "probe" : "no_such_route" };
    if (!query.token) return { outcome: "refused", reason: "missing" };

    const token = readCallbackToken(route, query.token, keys ?? []);
    if (token.kind === "refused") return { outcome: "refused", reason: token.reason };
    const { verificationId, expiresAt } = token.subject;

    if (query.kind === "malformed") {
      await deps.recordMalformed({ route, verificationId, reason: query.reason, at });
      return { outcome: "malformed", reason: query.reason };
    }
    const identity = { route, verificationId, transactionId: query.transactionId, claim: query.claim };
    try {
      await deps.commit({
        id: receiptId(identity),
        route,
        verificationId,
        transactionId: query.transactionId,
        ...query.claim,
        keyId: token.kid,
        late: at > expiresAt,
        extra: Object.keys(query.extra).length > 0 ? query.extra : null,
        receivedAt: at,
      });
      return { outcome: "accepted" };
    } catch (cause) {
      return { outcome: "unavailable", cause };
    }
  };
}

import {
  createRegistered,
  findByMerchantBizId,
  findByTransactionId,
  findOpaqueTokens,
  inTransaction,
  lockTransactions,
  type Registration,
  type Verification,
} from "@verdict/db";
import { deadline, nextCheck, opaqueTokenHash, type VerificationSnapshot } from "@verdict/domain";
import { type Adopted, adoptReceipts } from "./adopt-receipts.ts";
import { hashRequest, hashUser } from "./hashes.ts";
import { type Fault, registrationFaults } from "./registration-faults.ts";
import type { StartDeps } from "./start-verification.ts";

export type RegisterDeps = Pick<StartDeps, "db" | "policy" | "ttl" | "pepper" | "now" | "newId" | "onAlert"> & {
  /** Whether callbacks of a route may be told by tokens that another system made. */
  opaqueTokens: (route: string) => boolean;
};

/** A session that another system initialized. */
export type RegisterRequest = {
  product: "FACE_VERIFY" | "ID_OCR";
  transactionId: string;
  merchantBizId: string;
  merchantUserId?: string | undefined;
  sceneCode?: string | undefined;
  /** What that system gave the provider as callbackToken. Only its hash is kept. */
  callbackToken?: string | undefined;
  initializedAt: Date;
  /** When the provider stops accepting the user. Without it, as long after Initialize as for sessions of our own. */
  expiresAt?: Date | undefined;
};

export type RegisterResult =
  | { outcome: "registered"; verification: Verification }
  /** The same registration was made before; this is its record. */
  | { outcome: "repeated"; verification: Verification }
  /** Another verification of the route has the same value in that field. */
  | { outcome: "conflict"; field: "merchantBizId" | "transactionId" | "callbackToken"; verificationId: string }
  | { outcome: "invalid"; faults: Fault[] };

/**
 * Takes a session that another system initialized as an obligation of ours: it is asked about and settled like any other.
 * Callbacks of it that came earlier are adopted. Idempotent on (route, merchantBizId), however late the same registration
 * comes again.
 */
export async function registerVerification(
  deps: RegisterDeps,
  route: string,
  request: RegisterRequest,
): Promise<RegisterResult> {
  const registration = registrationOf(deps, route, request);
  const { registeredAt: now, requestHash } = registration;
  const faults = registrationFaults(request, { now, policy: deps.policy, opaqueTokens: deps.opaqueTokens(route) });
  const created = faults.length > 0 ? null : await createAndAdopt(deps, registration);
  for (const alert of created?.raised ?? []) deps.onAlert?.(alert);
  if (created) return { outcome: "registered", verification: created.verification };

  const held = await findByMerchantBizId(deps.db, route, request.merchantBizId);
  if (held?.requestHash === requestHash) return { outcome: "repeated", verification: held };
  if (faults.length > 0) return { outcome: "invalid", faults };
  if (held) return { outcome: "conflict", field: "merchantBizId", verificationId: held.id };
  return conflictBeyondBizId(deps, registration);
}

/** All of it, or nothing. Null: another verification stands in the way. */
const createAndAdopt = ({ db, newId }: RegisterDeps, registration: Registration): Promise<Adopted | null> =>
  inTransaction(db, async (tx) => {
    // Its callback may be on its way to quarantine: either it is there by now, or it will find the session.
    await lockTransactions(tx, [registration]);
    const created = await createRegistered(tx, registration);
    const { registeredAt: now, actor } = registration;
    return created && adoptReceipts(tx, created, { now, actor, newId });
  });

async function conflictBeyondBizId(
  { db }: RegisterDeps,
  { route, transactionId, opaqueToken }: Registration,
): Promise<RegisterResult> {
  const held = await findByTransactionId(db, route, transactionId);
  if (held) return { outcome: "conflict", field: "transactionId", verificationId: held.id };
  const [known] = opaqueToken ? await findOpaqueTokens(db, [{ route, tokenHash: opaqueToken.tokenHash }]) : [];
  if (known) return { outcome: "conflict", field: "callbackToken", verificationId: known.verificationId };
  throw new Error("A registration was taken and free at the same time.");
}

/** What is to be written. */
function registrationOf(deps: RegisterDeps, route: string, request: RegisterRequest): Registration {
  const { callbackToken, merchantUserId, initializedAt, expiresAt, ...session } = request;
  const now = deps.now();
  const id = deps.newId();
  const tokenHash = callbackToken === undefined ? undefined : opaqueTokenHash(callbackToken);
  // Nobody initializes a session after registering it: that system's clock runs ahead of ours.
  const createdAt = new Date(Math.min(initializedAt.getTime(), now.getTime()));
  const held: VerificationSnapshot = {
    id,
    route,
    product: session.product,
    status: "awaiting",
    version: 1,
    transactionId: session.transactionId,
    claim: null,
    claimedAt: null,
    result: null,
    errorCode: null,
    createdAt,
    expiresAt: expiresAt ?? new Date(createdAt.getTime() + deps.ttl * 1000),
  };
  // A question that was due before the registration is due at once: a callback may have come and been turned away.
  const firstCheck = nextCheck(held, createdAt, deps.policy);
  return {
    id,
    route,
    ...session,
    // A session whose user nobody named is nobody else's: no merchantUserId has a NUL in it.
    merchantUserHash: hashUser(deps.pepper, merchantUserId ?? `\0${id}`),
    sceneCode: session.sceneCode ?? null,
    requestHash: hashRequest(deps.pepper, { ...session, merchantUserId, initializedAt, expiresAt, tokenHash }),
    createdAt,
    expiresAt: held.expiresAt,
    nextCheckAt: new Date(Math.max(firstCheck.getTime(), now.getTime())),
    opaqueToken: tokenHash === undefined ? null : { tokenHash, expiresAt: deadline(held, deps.policy) },
    registeredAt: now,
    actor: "api",
  };
}

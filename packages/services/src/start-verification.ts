import { createVerification, findByMerchantBizId, leaseVerification, type Verification } from "@verdict/db";
import { signCallbackToken, type TokenKey } from "@verdict/domain";
import type { InitializeRequest, ProviderClient } from "@verdict/provider";
import { callInitialize, INITIALIZE_LEASE_MS, type InitializeDeps } from "./call-initialize.ts";
import { hashRequest, hashUser } from "./hashes.ts";
import { type Refusal, refusalOf } from "./refusal.ts";

/** The part of a route that starting a verification needs. */
export type StartRoute = {
  slug: string;
  provider: ProviderClient;
  /** The key that signs new tokens. */
  signingKey: TokenKey;
  /** Where the receiver takes this route's callbacks, e.g. `/callbacks/default`. */
  callbackPath: string;
};

export type StartDeps = InitializeDeps & {
  /** Where the provider finds the receiver, e.g. `https://callbacks.example.com`. */
  callbackBaseUrl: string;
  /** Secret for the hashes of merchantUserId and of requests. */
  pepper: string;
};

/** What a caller may ask for; ids, tokens and addresses are ours to add. */
export type StartRequest = DistributiveOmit<InitializeRequest, "merchantBizId" | "callbackUrl" | "callbackToken"> & {
  merchantBizId?: string | undefined;
};

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export type StartResult =
  | { outcome: "started"; verification: Verification }
  /** The same request was made before; this is its record. */
  | { outcome: "repeated"; verification: Verification }
  /** Another request was made under this merchantBizId. */
  | { outcome: "conflict"; verificationId: string }
  /** The same request is being carried out right now. */
  | { outcome: "in_progress"; verificationId: string }
  /** The provider refused for good. */
  | { outcome: "refused"; verification: Verification; answer: Refusal }
  /** The provider could not be asked, or its answer was lost. The same request may be made again. */
  | { outcome: "unavailable"; verificationId: string; answer: Refusal };

/**
 * Starts a verification: the row is committed before the provider is called, so nothing we asked for can be forgotten.
 * Idempotent on (route, merchantBizId): the same request gives the same record, and carries on where a lost answer left it.
 */
export async function startVerification(
  deps: StartDeps,
  route: StartRoute,
  request: StartRequest,
): Promise<StartResult> {
  const now = deps.now();
  const id = deps.newId();
  const requestHash = hashRequest(deps.pepper, request);
  const expiresAt = new Date(now.getTime() + deps.ttl * 1000);
  const deadline = new Date(expiresAt.getTime() + deps.policy.grace * 1000);
  const created = await createVerification(deps.db, {
    id,
    route: route.slug,
    product: request.productCode,
    merchantBizId: request.merchantBizId ?? id.replaceAll("-", ""),
    merchantUserHash: hashUser(deps.pepper, request.merchantUserId),
    sceneCode: request.sceneCode ?? null,
    securityLevel: "securityLevel" in request ? request.securityLevel : null,
    requestHash,
    createdAt: now,
    expiresAt,
    nextCheckAt: deadline,
    askingUntil: new Date(now.getTime() + INITIALIZE_LEASE_MS),
  });
  if (created) return initialize(deps, route, created, request);
  return startAgain(deps, route, request, requestHash);
}

async function startAgain(
  deps: StartDeps,
  route: StartRoute,
  request: StartRequest,
  requestHash: string,
): Promise<StartResult> {
  const held = await findByMerchantBizId(deps.db, route.slug, request.merchantBizId ?? "");
  if (!held) throw new Error("The merchantBizId was taken and free at the same time.");
  if (held.requestHash !== requestHash) return { outcome: "conflict", verificationId: held.id };
  if (held.status === "init_failed" && held.errorCode)
    return { outcome: "refused", verification: held, answer: refusalOf(held) };
  if (held.status !== "initializing") return { outcome: "repeated", verification: held };

  const now = deps.now();
  const leased = await leaseVerification(deps.db, held.id, now, new Date(now.getTime() + INITIALIZE_LEASE_MS));
  if (leased?.status !== "initializing") return { outcome: "in_progress", verificationId: held.id };
  return initialize(deps, route, leased, request);
}

async function initialize(
  deps: StartDeps,
  route: StartRoute,
  held: Verification,
  request: StartRequest,
): Promise<StartResult> {
  const tokenExpiry = new Date(deps.now().getTime() + (deps.ttl + deps.policy.grace) * 1000);
  const callbackToken = signCallbackToken(
    route.slug,
    { verificationId: held.id, expiresAt: tokenExpiry },
    route.signingKey,
  );
  const { kind, verification, answer } = await callInitialize(deps, route.provider, held, {
    ...request,
    merchantBizId: held.merchantBizId,
    merchantUserId: held.merchantUserHash,
    callbackUrl: `${deps.callbackBaseUrl}${route.callbackPath}`,
    callbackToken,
  });
  switch (kind) {
    case "initialized":
      return { outcome: "started", verification };
    case "refused":
      return { outcome: "refused", verification, answer };
    case "unavailable":
      return { outcome: "unavailable", verificationId: held.id, answer };
  }
}

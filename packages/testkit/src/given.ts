import { randomUUIDv7 } from "node:crypto";
import { createVerification, type Db, findVerification, settle, type Verification } from "@verdict/db";
import { signCallbackToken, type TokenKey } from "@verdict/domain";

export const TEST_KEY: TokenKey = { kid: "k1", secret: "a secret that only tests know" };

const MINUTES = 60_000;

/** A verification as a test needs it; whatever is not said is what a fresh, awaiting session would have. */
export async function givenVerification(db: Db, wanted: Partial<Verification> = {}): Promise<Verification> {
  const id = wanted.id ?? randomUUIDv7();
  const createdAt = wanted.createdAt ?? new Date();
  const expiresAt = wanted.expiresAt ?? new Date(createdAt.getTime() + 30 * MINUTES);
  const created = await createVerification(db, {
    id,
    route: wanted.route ?? "default",
    product: wanted.product ?? "FACE_VERIFY",
    merchantBizId: wanted.merchantBizId ?? id.replaceAll("-", ""),
    merchantUserHash: "0".repeat(32),
    sceneCode: wanted.sceneCode ?? null,
    requestHash: "0".repeat(64),
    createdAt,
    expiresAt,
    nextCheckAt: new Date(expiresAt.getTime() + 2 * MINUTES),
    askingUntil: createdAt,
  });
  if (!created) throw new Error("The merchantBizId is taken.");
  for (const status of pathTo(wanted.status ?? "awaiting")) await advance(db, id, status, wanted);
  const row = await findVerification(db, id);
  if (!row) throw new Error("The verification is gone.");
  return row;
}

/** The legal way from `initializing` to a status. */
function pathTo(status: Verification["status"]): Verification["status"][] {
  if (status === "initializing") return [];
  if (status === "awaiting" || status === "init_failed") return [status];
  return ["awaiting", status];
}

async function advance(db: Db, id: string, status: Verification["status"], wanted: Partial<Verification>) {
  const held = await findVerification(db, id);
  if (!held) throw new Error("The verification is gone.");
  const confirmed = status === "passed" || status === "failed";
  const state = {
    ...held,
    transactionId: `tx${id.replaceAll("-", "").slice(2)}`,
    transactionSource: "initialize" as const,
    ...(confirmed && { passed: status === "passed", subCode: status === "passed" ? "200" : "204" }),
    ...wanted,
    status,
    askingUntil: null,
  };
  const change = { id, from: held.version, version: held.version + 1, state, endsAsking: true };
  await settle(db, { changes: [change], transitions: [], discrepancies: [], checks: [], receipts: [] }, new Date());
}

/** The address the provider would call for a verification, with a genuine token; `pathSecret` is its route's, if any. */
export function callbackUrl(
  verification: Pick<Verification, "id" | "route" | "transactionId" | "expiresAt"> & { pathSecret?: string },
  claim: { passed: string; subCode: string },
  overrides: Readonly<Record<string, string>> = {},
): string {
  const subject = { verificationId: verification.id, expiresAt: verification.expiresAt };
  const query = new URLSearchParams({
    callbackToken: signCallbackToken(verification.route, subject, TEST_KEY),
    transactionId: verification.transactionId ?? "unknown",
    ...claim,
    ...overrides,
  });
  const path = [verification.route, verification.pathSecret].filter((part) => part !== undefined).join("/");
  return `/callbacks/${path}?${query}`;
}

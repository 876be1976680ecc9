import {
  type CallBudget,
  type Db,
  giveBackCallSlots,
  inTransaction,
  recordHumanAction,
  type TakenCall,
  takeCallSlots,
  type Verification,
} from "@verdict/db";
import { type CheckResultAnswer, type ProviderClient, parseExtRecord } from "@verdict/provider";
import type { Refusal } from "./refusal.ts";

export type PictureDeps = {
  db: Db;
  now: () => Date;
  /** Waits so many milliseconds. */
  wait: (ms: number) => Promise<unknown>;
};

export type PictureRoute = {
  provider: Pick<ProviderClient, "checkResult">;
  /** Calls a second by product. One that is not named has no limit. */
  qps: Readonly<Partial<Record<Verification["product"], number>>>;
};

/** One picture; `name` is the provider's. */
export type Picture = { name: string; base64: string };

export type PicturesResult =
  | { outcome: "answered"; pictures: Picture[] }
  /** There is no result at the provider to ask for, or none any more. */
  | { outcome: "none" }
  | { outcome: "erased" }
  /** Other calls use up what the provider allows. */
  | { outcome: "busy" }
  | { outcome: "refused" | "unavailable"; answer: Refusal };

/** Longer than the call may take. */
const LEASE_MS = 15_000;
const LONGEST_WAIT_MS = 5_000;
const PAUSE_MS = 100;

/**
 * Asks the provider for the pictures of a session and passes them on. They are stored nowhere. Who asked and why is on record before the
 * provider is; the call is one of its quota.
 */
export async function requestPictures(
  deps: PictureDeps,
  { provider, qps }: PictureRoute,
  verification: Verification,
  { by, reason }: { by: string; reason: string },
): Promise<PicturesResult> {
  const { id, route, product, merchantBizId, transactionId, erasedAt, passed } = verification;
  if (erasedAt !== null) return { outcome: "erased" };
  if (transactionId === null || passed === null || product === "FACE_IDU_MIN") return { outcome: "none" };
  await inTransaction(deps.db, (tx) =>
    recordHumanAction(tx.orm, {
      ...{ at: deps.now(), actor: by, action: "pictures.request", subject: id, route, verificationId: id, reason },
      ...{ before: null, after: null },
    }),
  );

  const budget: CallBudget = { route, product, operation: "CheckResult" };
  const slots = qps[product] ? await takeSlot(deps, budget) : [];
  if (slots === null) return { outcome: "busy" };
  try {
    const answer = await provider.checkResult({ merchantBizId, transactionId, isReturnImage: "Y" });
    if (answer.kind === "ok") return { outcome: "answered", pictures: picturesOf(answer.result) };
    if (answer.kind === "pending" || answer.code === "TransactionIdInvalid") return { outcome: "none" };
    const gone = answer.kind === "permanent" || answer.kind === "configuration" || answer.kind === "unknown";
    return { outcome: gone ? "refused" : "unavailable", answer };
  } finally {
    if (slots.length > 0) await giveBackCallSlots(deps.db, budget, slots);
  }
}

async function takeSlot({ db, wait }: PictureDeps, budget: CallBudget): Promise<TakenCall[] | null> {
  for (let waited = 0; waited <= LONGEST_WAIT_MS; waited += PAUSE_MS) {
    const { slots } = await takeCallSlots(db, budget, 1, LEASE_MS);
    if (slots.length > 0) return slots;
    await wait(PAUSE_MS);
  }
  return null;
}

/** Where pictures are (provider notes, section 4.2). */
const PICTURES = ["faceImg", "extraFaceImg", "idImage", "idBackImage"];

function picturesOf(result: CheckResultAnswer): Picture[] {
  const records = [parseExtRecord(result.extFaceInfo), parseExtRecord(result.extIdInfo)];
  return records.flatMap((record) =>
    PICTURES.flatMap((name) =>
      [record?.[name]].flat().flatMap((base64) => (typeof base64 === "string" && base64 ? [{ name, base64 }] : [])),
    ),
  );
}

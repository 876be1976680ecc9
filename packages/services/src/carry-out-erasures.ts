import {
  blankVerification,
  type CallBudget,
  type Db,
  type DueItem,
  finishErasures,
  giveBackCallSlots,
  type ItemProgress,
  moveErasureItem,
  takeCallSlots,
  takeErasures,
} from "@verdict/db";
import type { Product } from "@verdict/domain";
import type { Answer, ProviderClient } from "@verdict/provider";

export type ErasureRoute = {
  slug: string;
  client: Pick<ProviderClient, "deleteVerifyResult" | "deleteFaceRecord">;
  /** Calls a second by product. One that is not named has no limit. */
  qps: Readonly<Partial<Record<Product, number>>>;
};

export type CarryOutDeps = {
  db: Db;
  now: () => Date;
  /** Hears of a verification whose erasure broke; it is tried again. */
  onError: (verificationId: string, error: unknown) => void;
};

/** Longer than a call may take. What is still open is looked at again after it, too. */
const LEASE_MS = 30_000;
const BATCH = 20;

/**
 * Carries out the erasures that are due: takes what is personal from each verification that has ended, and has the provider delete
 * its part, one call at a time within the quota. An answer that did not come is asked for again, in pauses from two seconds up to an hour.
 * Any number of workers may. Returns how many verifications are through.
 */
export async function carryOutErasures(deps: CarryOutDeps, routes: readonly ErasureRoute[]): Promise<number> {
  const slugs = routes.map(({ slug }) => slug);
  let through = 0;
  for (;;) {
    const now = deps.now();
    const due = await takeErasures(deps.db, slugs, now, new Date(now.getTime() + LEASE_MS), BATCH);
    for (const item of due) {
      const route = routes.find(({ slug }) => slug === item.route);
      if (route && (await carryOut(deps, route, item))) through += 1;
    }
    if (due.length === 0) break;
  }
  await finishErasures(deps.db, deps.now());
  return through;
}

async function carryOut(deps: CarryOutDeps, route: ErasureRoute, item: DueItem): Promise<boolean> {
  try {
    await blankVerification(deps.db, item.verificationId, deps.now());
    const asked = await askToDelete(deps, route, item);
    await moveErasureItem(deps.db, item, asked.progress, asked.called, deps.now());
    return asked.progress.dueAt === null;
  } catch (error) {
    deps.onError(item.verificationId, error);
    return false;
  }
}

type AskedToDelete = { progress: ItemProgress; called: boolean };

const NOTHING: ItemProgress = { state: "nothing", code: null, requestId: null, dueAt: null };

async function askToDelete(deps: CarryOutDeps, route: ErasureRoute, item: DueItem): Promise<AskedToDelete> {
  const { transactionId, product } = item;
  const isFaceCheck = product === "FACE_IDU_MIN";
  if (transactionId === null && !isFaceCheck) return { progress: NOTHING, called: false };

  const budget: CallBudget = { route: route.slug, product, operation: "DeleteVerifyResult" };
  const { slots, freeInMs } = route.qps[product] ? await takeCallSlots(deps.db, budget, 1, LEASE_MS) : NO_LIMIT;
  if (route.qps[product] && slots.length === 0) {
    const dueAt = new Date(deps.now().getTime() + Math.max(100, freeInMs));
    return { progress: { state: "asking", code: null, requestId: null, dueAt }, called: false };
  }
  try {
    // A face check keeps nothing at the provider but the face it may have registered.
    const progress = isFaceCheck
      ? readAnswer(
          await route.client.deleteFaceRecord({ merchantUserId: item.merchantUserHash }),
          "deleted",
          item,
          deps,
        )
      : readAnswer(
          await route.client.deleteVerifyResult({ transactionId: transactionId ?? "", deleteType: "All" }),
          "deleteResult",
          item,
          deps,
        );
    return { progress, called: true };
  } finally {
    if (slots.length > 0) await giveBackCallSlots(deps.db, budget, slots);
  }
}

const NO_LIMIT = { slots: [], freeInMs: 0 };

const LONGEST_PAUSE_MS = 3_600_000;

/**
 * What an answer means. `N` is the provider's last word: for a session it does not serve this product, for a face there was none. A
 * transaction it does not know it has forgotten already, as it does by itself after 30 days (provider notes, sections 4.4 and 8).
 */
function readAnswer<Name extends string>(
  answer: Answer<Readonly<Partial<Record<Name, string | undefined>>>>,
  name: Name,
  { tries, product }: DueItem,
  { now }: Pick<CarryOutDeps, "now">,
): ItemProgress {
  const said = { code: answer.code, requestId: answer.requestId };
  if (answer.kind === "ok") {
    if (answer.result[name] === "Y") return { ...said, state: "deleted", dueAt: null };
    return { ...said, state: product === "FACE_IDU_MIN" ? "gone" : "refused", dueAt: null };
  }
  if (answer.kind === "permanent" && answer.code === "TransactionIdInvalid") {
    return { ...said, state: "gone", dueAt: null };
  }
  if (answer.kind === "permanent") return { ...said, state: "refused", dueAt: null };
  const pause = Math.min(LONGEST_PAUSE_MS, 2_000 * 2 ** Math.min(tries, 20));
  return { ...said, state: "asking", dueAt: new Date(now().getTime() + pause) };
}

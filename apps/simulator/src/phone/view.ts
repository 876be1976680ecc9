import type { FaultPlan } from "../fault-plan.ts";
import { CATALOGUE, type CatalogueEntry, PAGES, type Product } from "../outcomes.ts";
import { isOpenAt, stateAt, type Transaction, type TransactionState } from "../transactions.ts";
import { endWords, lastAnswer, receiverWords, type Words } from "./words.ts";

/** One session as a person sees it. */
export type PhoneSession = {
  transactionId: string;
  merchantBizId: string;
  product: Product;
  productName: string;
  state: TransactionState;
  initializedAt: string;
  expiresAt: string;
  /** How it ended; null while it is open. */
  end: Words | null;
  /** What the receiver was told, and what it said to that. */
  receiver: Words[];
  /** So many of those lines, from the first, are callbacks that can be sent again. */
  sentCount: number;
  /** A stranger has an address to send something to. */
  canForge: boolean;
  /** The same in one line. */
  answer: Words | null;
  /** What can be chosen, for an open session; and what a stranger can claim, for any. */
  outcomes: readonly CatalogueEntry[];
  pages: readonly string[];
  note: string | null;
};

export type PhoneView = {
  /** The provider's own clock. */
  now: string;
  faults: { seed: string; words: string } | null;
  open: PhoneSession[];
  openCount: number;
  finished: PhoneSession[];
  finishedCount: number;
  selected: PhoneSession | null;
};

const SHOWN_MAX = 30;

const PRODUCT_NAMES: Record<Product, string> = { FACE_VERIFY: "Face check", ID_OCR: "ID document" };

const ID_OCR_NOTE =
  "The provider has published no failure codes for documents; these are borrowed from the face check.";

type Subject = { transactions: readonly Transaction[]; faults: FaultPlan; now: number; selected: string | null };

/** What the page shows: the newest sessions first. */
export function phoneView({ transactions, faults, now, selected }: Subject): PhoneView {
  const open = transactions.filter((held) => isOpenAt(held, now)).reverse();
  const finished = transactions.filter((held) => !isOpenAt(held, now)).sort((a, b) => endedAt(b) - endedAt(a));
  const chosen = transactions.find((held) => held.transactionId === selected);
  const shown = (list: readonly Transaction[]) => list.slice(0, SHOWN_MAX).map((held) => toSession(held, now));
  return {
    now: new Date(now).toISOString(),
    faults: faultWords(faults),
    open: shown(open),
    openCount: open.length,
    finished: shown(finished),
    finishedCount: finished.length,
    selected: chosen ? toSession(chosen, now) : null,
  };
}

const endedAt = (held: Transaction): number => held.outcome?.at ?? held.abandonment?.at ?? held.expiresAt;

function toSession(held: Transaction, now: number): PhoneSession {
  return {
    transactionId: held.transactionId,
    merchantBizId: held.merchantBizId,
    product: held.product,
    productName: PRODUCT_NAMES[held.product],
    state: stateAt(held, now),
    initializedAt: new Date(held.initializedAt).toISOString(),
    expiresAt: new Date(held.expiresAt).toISOString(),
    end: endWords(held, now),
    receiver: receiverWords(held),
    sentCount: held.callbacks.length,
    canForge: held.callbackUrl !== null,
    answer: lastAnswer(held),
    outcomes: CATALOGUE[held.product],
    pages: PAGES[held.product],
    note: held.product === "ID_OCR" ? ID_OCR_NOTE : null,
  };
}

/** The rates in force, or null when nothing goes wrong on purpose. */
function faultWords({ seed, callbacks, calls }: FaultPlan): PhoneView["faults"] {
  const words = Object.entries({ ...callbacks, ...calls }).flatMap(([name, value]) => {
    if (typeof value === "number") return value > 0 ? `${name}\u00a0${Math.round(value * 1_000) / 10}\u00a0%` : [];
    const [min, max] = value;
    return max > 0 ? `${name.replace("Ms", "")}\u00a0${min}–${max}\u00a0ms` : [];
  });
  return words.length > 0 ? { seed: String(seed), words: words.join(" · ") } : null;
}

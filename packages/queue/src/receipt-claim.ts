import { receiptId } from "@verdict/domain";
import { z } from "zod";

/** Postgres keeps neither U+0000 nor half a surrogate pair, and one such letter would refuse a whole batch of strangers. */
const text = z.string().transform((given) => given.toWellFormed().replaceAll("\0", "\uFFFD"));

/**
 * A callback as the queue carries it while Postgres is away: what the receipt row needs, never the token and nothing about
 * a person. Limits are the provider's (notes, section 3).
 */
export type ReceiptClaim = {
  route: string;
  verificationId: string;
  transactionId: string;
  passed: boolean;
  subCode: string;
  keyId: string;
  receivedAt: Date;
  /** Arrived after its token's expiry. */
  late: boolean;
  /** Parameters of the integrator's own, found in the callback. */
  extra: Record<string, string> | null;
};

/** With the id of the receipt it becomes. */
export type UnpackedClaim = ReceiptClaim & { id: string };

/** What one group commit of a receiver took. */
export type ClaimBatch<Claim = UnpackedClaim> = {
  batchId: string;
  claims: readonly Claim[];
  /** The traces some of the claims are part of, by the claim's index. */
  traces?: readonly ClaimTrace[];
};

export type ClaimTrace = [index: number, trace: string];

/**
 * Column by column, and said only where it changes, since what a batch's claims say is mostly the same; what differs is
 * hexadecimal: bytes in Base64 take two thirds of its room, without the price of compressing. Without names for the columns: a
 * Redis keeps every letter for as long as a batch waits.
 */
const pack = z.tuple([
  /** Its id. */
  z.uuid(),
  /** When it began, in milliseconds since 1970. */
  z.int(),
  /** From this claim on, so many milliseconds later; negative when the clock was set back. */
  z.array(z.tuple([z.int().min(0), z.int()])),
  /** Kinds of claims, each once: route, key id, `Y` or `N` with the sub-code, 1 when late. */
  z.array(
    z.tuple([
      z.string(),
      z.string(),
      text.pipe(z.string().regex(/^[YN]/).max(17)),
      z.union([z.literal(0), z.literal(1)]),
    ]),
  ),
  /** From this claim on, another kind than the first. */
  z.array(z.tuple([z.int().min(0), z.int().min(0)])),
  /** Verification ids, 16 bytes each. */
  z.base64(),
  /** Transaction ids; in the usual form, what follows `hks`: 29 hexadecimal digits each. One in another form makes all of them text. */
  z.union([z.base64(), z.array(text.pipe(z.string().max(64)))]),
  /** Further parameters, by the index of the claim. */
  z.array(z.tuple([z.int().min(0), z.array(z.tuple([text, text]))])),
  /** Traces, by the index of the claim; only where there are some, since a worker of before knew none. */
  z.array(z.tuple([z.int().min(0), z.string().max(64)])).optional(),
]);

type Kind = [route: string, keyId: string, said: string, late: 0 | 1];

const USUAL_TRANSACTION = /^hks[0-9a-f]{29}$/;
const USUAL_PREFIX = "hks";
const USUAL_DIGITS = 29;
const UUID_DIGITS = 32;

/**
 * A batch of claims as one text, at a fifth of the room they would take as objects: a Redis that has to hold a night's
 * callbacks should not run out of memory.
 */
export function packClaims({ batchId, claims, traces = [] }: ClaimBatch<ReceiptClaim>): string {
  const since = claims[0]?.receivedAt.getTime() ?? 0;
  const later: [number, number][] = [];
  const kinds: Kind[] = [];
  const turns: [number, number][] = [];
  const extras: [number, [string, string][]][] = [];
  let [ms, kind] = [0, 0];
  let verifications = "";
  let transactions = "";
  let usual = true;
  for (const [index, claim] of claims.entries()) {
    const thisMs = claim.receivedAt.getTime() - since;
    if (thisMs !== ms) later.push([index, thisMs]);
    ms = thisMs;
    const thisKind = kindOf(claim, kinds);
    if (thisKind !== kind) turns.push([index, thisKind]);
    kind = thisKind;
    verifications += claim.verificationId;
    usual &&= USUAL_TRANSACTION.test(claim.transactionId);
    transactions += claim.transactionId.slice(USUAL_PREFIX.length);
    if (claim.extra) extras.push([index, Object.entries(claim.extra)]);
  }
  const packed: z.input<typeof pack> = [
    batchId,
    since,
    later,
    kinds,
    turns,
    hexToBase64(verifications.replaceAll("-", "")),
    usual ? hexToBase64(transactions) : claims.map(({ transactionId }) => transactionId),
    extras,
  ];
  return JSON.stringify(traces.length > 0 ? [...packed, traces] : packed);
}

function kindOf({ route, keyId, passed, subCode, late }: ReceiptClaim, kinds: Kind[]): number {
  const said = (passed ? "Y" : "N") + subCode;
  const lateness = late ? 1 : 0;
  const known = kinds.findIndex(
    (kind) => kind[2] === said && kind[0] === route && kind[1] === keyId && kind[3] === lateness,
  );
  return known === -1 ? kinds.push([route, keyId, said, lateness]) - 1 : known;
}

/** Throws on a text that `packClaims` cannot have made. The ids of the receipts follow from what the claims say. */
export function unpackClaims(packed: string): ClaimBatch {
  const [batchId, since, laters, kinds, allTurns, verifications, transactions, allExtras, traces] = pack.parse(
    JSON.parse(packed),
  );
  const verificationIds = cut(base64ToHex(verifications), UUID_DIGITS).map(asUuid);
  const transactionIds =
    typeof transactions === "string"
      ? cut(base64ToHex(transactions), USUAL_DIGITS).map((digits) => USUAL_PREFIX + digits)
      : transactions;
  if (verificationIds.length !== transactionIds.length) throw new Error("A packed batch is incomplete.");
  const [extras, later, turns] = [new Map(allExtras), new Map(laters), new Map(allTurns)];
  let [ms, kind] = [0, 0];
  const claims = verificationIds.map((verificationId, index) => {
    ms = later.get(index) ?? ms;
    kind = turns.get(index) ?? kind;
    const [route, keyId, said, late] = kinds[kind] ?? [];
    const transactionId = transactionIds[index];
    if (route === undefined || keyId === undefined || said === undefined || transactionId === undefined) {
      throw new Error(`Claim ${index} of a packed batch names no route.`);
    }
    const claim = { passed: said.startsWith("Y"), subCode: said.slice(1) };
    const extra = extras.get(index);
    return {
      id: receiptId({ route, verificationId, transactionId, claim }),
      route,
      verificationId,
      transactionId,
      ...claim,
      keyId,
      receivedAt: new Date(since + ms),
      late: late === 1,
      extra: extra ? Object.fromEntries(extra) : null,
    };
  });
  return { batchId, claims, ...(traces && { traces }) };
}

const hexToBase64 = (hex: string): string =>
  Buffer.from(hex.length % 2 === 0 ? hex : `${hex}0`, "hex").toString("base64");
const base64ToHex = (base64: string): string => Buffer.from(base64, "base64").toString("hex");

/** Whole pieces only; a digit that filled up a byte is no piece. */
function cut(hex: string, digits: number): string[] {
  const pieces: string[] = [];
  for (let from = 0; from + digits <= hex.length; from += digits) pieces.push(hex.slice(from, from + digits));
  return pieces;
}

const asUuid = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");

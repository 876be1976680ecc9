import { deflateRawSync, inflateRawSync } from "node:zlib";
import { receiptId } from "@verdict/domain";
import { z } from "zod";

/** Postgres keeps neither U+0000 nor half a surrogate pair, and one such letter would refuse a whole batch of strangers. */
const text = z.string().transform((given) => given.toWellFormed().replaceAll("\0", "\uFFFD"));

/**
 * A callback as the queue carries it while Postgres is away: what the receipt row needs, never the token and nothing about
 * a person. Its id follows from what it says. Limits are the provider's (notes, section 3).
 */
export type ReceiptClaim = {
  id: string;
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

const row = z.tuple([
  /** Index into `from`. */
  z.int().min(0),
  z.string().regex(/^[0-9a-f]{32}$/),
  text.pipe(z.string().max(64)),
  /** `Y` or `N`, then the sub-code. */
  text.pipe(z.string().regex(/^[YN]/).max(17)),
  /** Milliseconds after `since`; may be negative when the clock was set back. */
  z.int(),
  z.union([z.literal(0), z.literal(1)]),
  z.array(z.tuple([text, text])).nullable(),
]);

const pack = z.object({
  batchId: z.uuid(),
  since: z.int(),
  /** Route and key id, each pair once. */
  from: z.array(z.tuple([z.string(), z.string()])),
  rows: z.array(row),
});

/** What one group commit of a receiver took. */
export type ClaimBatch = { batchId: string; claims: readonly ReceiptClaim[] };

/** Fewer are not worth compressing: most of the text is ids, which only shrink together. */
const WORTH_COMPRESSING = 4;

/** No batch is larger than this when unpacked; a text that claims to be is damaged. */
const UNPACKED_BYTES_MAX = 16 * 1024 * 1024;

/**
 * A batch of claims as one text, at about a fifth of the room they would take as objects: a Redis that has to hold a night's
 * callbacks should not run out of memory. JSON, deflated and in Base64 when there are several.
 */
export function packClaims({ batchId, claims }: ClaimBatch): string {
  const since = claims[0]?.receivedAt.getTime() ?? 0;
  const from: [string, string][] = [];
  const rows = claims.map((claim): z.input<typeof row> => {
    let index = from.findIndex(([route, keyId]) => route === claim.route && keyId === claim.keyId);
    if (index === -1) index = from.push([claim.route, claim.keyId]) - 1;
    return [
      index,
      claim.verificationId.replaceAll("-", ""),
      claim.transactionId,
      (claim.passed ? "Y" : "N") + claim.subCode,
      claim.receivedAt.getTime() - since,
      claim.late ? 1 : 0,
      claim.extra && Object.entries(claim.extra),
    ];
  });
  const json = JSON.stringify({ batchId, since, from, rows });
  return claims.length < WORTH_COMPRESSING ? json : deflateRawSync(json, { level: 1 }).toString("base64");
}

/** Throws on a text that `packClaims` cannot have made. */
export function unpackClaims(packed: string): ClaimBatch {
  const json = packed.startsWith("{")
    ? packed
    : inflateRawSync(Buffer.from(packed, "base64"), { maxOutputLength: UNPACKED_BYTES_MAX }).toString();
  const { batchId, since, from, rows } = pack.parse(JSON.parse(json));
  const claims = rows.map(([index, hex, transactionId, said, after, late, extra]) => {
    const [route, keyId] = from[index] ?? [];
    if (route === undefined || keyId === undefined) throw new Error("A packed claim names no route.");
    const verificationId = [
      hex.slice(0, 8),
      hex.slice(8, 12),
      hex.slice(12, 16),
      hex.slice(16, 20),
      hex.slice(20),
    ].join("-");
    const claim = { passed: said.startsWith("Y"), subCode: said.slice(1) };
    return {
      id: receiptId({ route, verificationId, transactionId, claim }),
      route,
      verificationId,
      transactionId,
      ...claim,
      keyId,
      receivedAt: new Date(since + after),
      late: late === 1,
      extra: extra && Object.fromEntries(extra),
    };
  });
  return { batchId, claims };
}

import { z } from "zod";

/** Postgres keeps neither U+0000 nor half a surrogate pair, and one such letter would refuse a whole batch of strangers. */
const text = z.string().transform((given) => given.toWellFormed().replaceAll("\0", "\uFFFD"));

/**
 * A callback as the queue carries it while Postgres is away: what the receipt row needs, never the token and nothing about
 * a person. Limits are the provider's (notes, section 3).
 */
export const receiptClaim = z.object({
  id: z.uuid(),
  route: z.string(),
  verificationId: z.uuid(),
  transactionId: text.pipe(z.string().max(64)),
  passed: z.boolean(),
  subCode: text.pipe(z.string().max(16)),
  keyId: z.string(),
  receivedAt: z.iso.datetime({ offset: true }),
  /** Arrived after its token's expiry. */
  late: z.boolean(),
  /** Parameters of the integrator's own, found in the callback. */
  extra: z.record(text, text).optional(),
});

export type ReceiptClaim = z.output<typeof receiptClaim>;

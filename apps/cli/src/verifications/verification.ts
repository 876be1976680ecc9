import { z } from "zod";

/** One verification as the API shows it, as far as it is printed. `--json` shows everything. */
export const Verification = z.looseObject({
  id: z.string(),
  route: z.string(),
  product: z.string(),
  status: z.string(),
  passed: z.boolean().nullable(),
  subCode: z.string().nullable(),
  explanation: z.string(),
  merchantBizId: z.string(),
  transactionId: z.string().nullable(),
  claim: z.looseObject({ passed: z.boolean(), subCode: z.string() }).nullable(),
  outcome: z.looseObject({ source: z.string(), confirmedAt: z.string().nullable() }).nullable(),
  checkCount: z.number(),
  nextCheckAt: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string(),
});
export type Verification = z.output<typeof Verification>;

/** One line of a timeline; what else it holds depends on its type. */
export const Entry = z.looseObject({ type: z.string(), at: z.string() });
export type Entry = z.output<typeof Entry>;

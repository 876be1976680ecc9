import { BECAUSE_KEYS, PRODUCTS, STATUSES } from "@verdict/domain";
import { z } from "zod";

const instant = z.iso.datetime();

/** One sentence of an explanation: which one it is, and what stands in it. */
const BecauseSchema = z.object({
  key: z.enum(BECAUSE_KEYS),
  at: instant.nullable(),
  passed: z.boolean().nullable(),
  subCode: z.string().nullable(),
  known: z.boolean().describe("Whether the product's table says what the sub-code means"),
  page: z.string().nullable(),
  code: z.string().nullable(),
});

/** One verification as the API shows it. */
export const VerificationSchema = z.object({
  id: z.uuid(),
  route: z.string(),
  product: z.enum(PRODUCTS),
  status: z.enum(STATUSES),
  passed: z.boolean().nullable(),
  subCode: z.string().nullable(),
  explanation: z.string().describe("Why it is where it is, and what happens next, in English"),
  because: z.array(BecauseSchema).describe("The same in no language, for pages that speak another one"),
  merchantBizId: z.string(),
  sceneCode: z.string().nullable(),
  transactionId: z.string().nullable(),
  claim: z.object({ passed: z.boolean(), subCode: z.string(), receivedAt: instant.nullable() }).nullable(),
  outcome: z.object({ source: z.string(), confirmedAt: instant.nullable() }).nullable(),
  walkAway: z
    .object({ progress: z.string(), errorCode: z.string().nullable(), page: z.string().nullable() })
    .nullable(),
  error: z.object({ code: z.string(), message: z.string().nullable() }).nullable(),
  checkCount: z.number(),
  checkedAt: instant.nullable(),
  nextCheckAt: instant.nullable(),
  createdAt: instant,
  expiresAt: instant,
  updatedAt: instant,
  version: z.number(),
});

/** What the integrator's server needs to let its user's device begin. */
export const StartedSchema = VerificationSchema.extend({
  protocol: z.string().optional(),
  transactionUrl: z.string().optional(),
  /** What the provider accepts but advises against, e.g. a picture that is wider than high. */
  warnings: z.array(z.string()),
});

/** The answer to a face check. Estimates are told once and not kept. */
export const FaceCheckSchema = VerificationSchema.extend({
  faceCheck: z
    .object({
      comparisonScore: z.number().nullable(),
      duplicates: z.array(
        z.object({ faceGroupCode: z.string().nullable(), faceId: z.string().nullable(), own: z.boolean() }),
      ),
      onlyOwnRegistration: z.boolean(),
      registered: z.boolean().nullable(),
      registrationId: z.string().nullable(),
      attack: z.boolean().nullable(),
      attackScore: z.number().nullable(),
    })
    .nullable(),
  estimates: z.object({ age: z.string().nullable(), gender: z.string().nullable() }).nullable(),
  warnings: z.array(z.string()),
});

export const TimelineSchema = z.object({
  items: z.array(
    z.looseObject({
      type: z.enum(["action", "receipt", "check", "transition", "discrepancy", "alert"]),
      at: instant,
      actorName: z
        .string()
        .nullable()
        .optional()
        .describe("Of an action: the name of the person or the key, for callers who may read alerts"),
    }),
  ),
});

import { PRODUCTS, STATUSES } from "@verdict/domain";
import { z } from "zod";

const instant = z.iso.datetime();
const counts = z.record(z.string(), z.number());

const group = {
  route: z.string().optional(),
  product: z.enum(PRODUCTS).optional(),
  sceneCode: z.string().optional().describe("Empty: those without one"),
};

const figures = {
  verifications: z.number(),
  byStatus: z.partialRecord(z.enum(STATUSES), z.number()),
  passRate: z.number().nullable().describe("Passed among passed and failed"),
  subCodes: counts.describe("How often each sub-code was the result"),
  secondsToOutcome: z
    .object({ p50: z.number(), p90: z.number(), p99: z.number() })
    .nullable()
    .describe("From creation to a confirmed result, passed or failed; off by 12 % at most"),
  dropOff: z
    .object({ progress: counts, pages: counts })
    .describe("How far users of expired sessions had got, and the page they left on, where the provider could tell"),
  arrival: z
    .object({ withResult: z.number(), withCallback: z.number(), ratio: z.number().nullable() })
    .describe("Of the sessions whose result the provider was asked for, those that a callback came for"),
};

/** Statistics as the API shows them. */
export const StatisticsSchema = z.object({
  from: instant.describe("The first hour or day that was counted"),
  to: instant.describe("The first that was not"),
  by: z.enum(["hour", "day"]),
  timeZone: z.literal("UTC"),
  staleSince: instant.nullable().describe("Null: as of now"),
  items: z.array(z.object({ at: instant, ...group, ...figures })),
  totals: z.array(z.object({ ...group, ...figures })),
});

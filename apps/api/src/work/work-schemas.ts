import { type GivenUpWork, WORK_KINDS } from "@verdict/db";
import { plainText } from "@verdict/provider";
import { z } from "zod";
import { instant } from "../http/instant.ts";

export const WORK_STATUSES = ["open", "redriven"] as const;

const time = z.iso.datetime();

/** One piece of given-up work as the API shows it. */
export const WorkSchema = z.object({
  id: z.uuid(),
  kind: z.enum(WORK_KINDS),
  status: z.enum(WORK_STATUSES),
  reference: z.string().describe("The id of the receipt or the batch, or what tells a job from others of its queue"),
  queue: z.string().nullable(),
  route: z.string().nullable(),
  verificationId: z.uuid().nullable(),
  reason: z.string(),
  payload: z
    .record(z.string(), z.number())
    .nullable()
    .describe("Of a job: what it carries, each with its size in bytes"),
  times: z.number(),
  firstAt: time,
  lastAt: time,
  redrivenAt: time.nullable(),
  redrivenBy: z.string().nullable(),
});

/** What given-up work can be chosen by. */
export const workFilter = {
  kind: z.enum(WORK_KINDS).optional(),
  route: plainText(200).optional(),
  reasonContains: plainText(200).optional(),
  from: instant.optional(),
  to: instant.optional(),
};

export const RedrivenSchema = z.object({
  matched: z.number().describe("How much can be put back"),
  redriven: z.number().describe("How much was; 0 in a dry run"),
  dryRun: z.boolean(),
});

export const describeWork = (row: GivenUpWork): z.output<typeof WorkSchema> => ({
  id: row.id,
  kind: row.kind,
  status: row.redrivenAt ? "redriven" : "open",
  reference: row.reference,
  queue: row.queue,
  route: row.route,
  verificationId: row.verificationId,
  reason: row.reason,
  payload: row.payloadSizes,
  times: row.times,
  firstAt: row.firstAt.toISOString(),
  lastAt: row.lastAt.toISOString(),
  redrivenAt: row.redrivenAt?.toISOString() ?? null,
  redrivenBy: row.redrivenBy,
});

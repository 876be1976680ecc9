import { ALERT_SEVERITIES, ALERT_STATUSES, type Alert, type Discrepancy } from "@verdict/db";
import { DISCREPANCIES } from "@verdict/domain";
import { z } from "zod";

export const DISCREPANCY_STATUSES = ["open", "closed"] as const;

const instant = z.iso.datetime();

/** One alert as the API shows it. */
export const AlertSchema = z.object({
  id: z.uuid(),
  rule: z.string(),
  severity: z.enum(ALERT_SEVERITIES),
  status: z.enum(ALERT_STATUSES),
  route: z.string(),
  verificationId: z.uuid().nullable(),
  discrepancyId: z.uuid().nullable(),
  openedAt: instant,
  acknowledgedAt: instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  resolvedAt: instant.nullable(),
  resolvedBy: z.string().nullable(),
  resolution: z.string().nullable(),
});

/** One discrepancy as the API shows it. */
export const DiscrepancySchema = z.object({
  id: z.uuid(),
  type: z.enum(DISCREPANCIES),
  status: z.enum(DISCREPANCY_STATUSES),
  route: z.string(),
  verificationId: z.uuid(),
  receiptId: z.uuid().nullable(),
  checkId: z.uuid().nullable(),
  openedAt: instant,
  closedAt: instant.nullable(),
  closedBy: z.string().nullable(),
  closingReason: z.string().nullable(),
});

/** What a person gives as the reason for what he does. */
export const reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => !text.includes("\0"), "text with a character that is none");

export const describeAlert = (row: Alert): z.output<typeof AlertSchema> => ({
  id: row.id,
  rule: row.rule,
  severity: row.severity,
  status: row.status,
  route: row.route,
  verificationId: row.verificationId,
  discrepancyId: row.discrepancyId,
  openedAt: row.openedAt.toISOString(),
  acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  acknowledgedBy: row.acknowledgedBy,
  resolvedAt: row.resolvedAt?.toISOString() ?? null,
  resolvedBy: row.resolvedBy,
  resolution: row.resolution,
});

export const describeDiscrepancy = (row: Discrepancy): z.output<typeof DiscrepancySchema> => ({
  id: row.id,
  type: row.type,
  status: row.closedAt ? "closed" : "open",
  route: row.route,
  verificationId: row.verificationId,
  receiptId: row.receiptId,
  checkId: row.checkId,
  openedAt: row.openedAt.toISOString(),
  closedAt: row.closedAt?.toISOString() ?? null,
  closedBy: row.closedBy,
  closingReason: row.closingReason,
});

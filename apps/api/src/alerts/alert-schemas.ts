import {
  ALERT_SEVERITIES,
  ALERT_STATUSES,
  type Alert,
  CONFIRMATIONS,
  type Discrepancy,
  type GroupCount,
  type Notification,
} from "@verdict/db";
import { DISCREPANCIES, NOTIFICATION_KINDS, NOTIFICATION_STATES, ruleTitle } from "@verdict/domain";
import { z } from "zod";

export const DISCREPANCY_STATUSES = ["open", "closed"] as const;

const instant = z.iso.datetime();

/** One alert as the API shows it. */
export const AlertSchema = z.object({
  id: z.uuid(),
  rule: z.string(),
  title: z.string().describe("The rule in a few words"),
  detail: z.string().nullable().describe("What happened, in a line"),
  severity: z.enum(ALERT_SEVERITIES),
  status: z.enum(ALERT_STATUSES),
  confirmation: z.enum(CONFIRMATIONS).nullable().describe("Whether the provider has confirmed what a callback said"),
  groupId: z.uuid().nullable().describe("Alerts of one group are told together"),
  count: z.number().describe("How many alerts its group has had"),
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

/** One telling of one channel. */
const NotificationSchema = z.object({
  id: z.uuid(),
  channelId: z.uuid(),
  channelName: z.string(),
  kind: z.enum(NOTIFICATION_KINDS),
  state: z.enum(NOTIFICATION_STATES),
  count: z.number(),
  heldBy: z.uuid().nullable().describe("The silence, or the alert, that kept it from being sent"),
  attempts: z.number(),
  nextAttemptAt: instant.nullable(),
  lastError: z.string().nullable(),
  createdAt: instant,
  endedAt: instant.nullable(),
});

/** An alert with all that was told of its group. */
export const AlertWithHistorySchema = AlertSchema.extend({ notifications: z.array(NotificationSchema) });

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

export const describeNotification = (row: Notification): z.output<typeof NotificationSchema> => ({
  ...{ id: row.id, channelId: row.channelId, channelName: row.channelName, kind: row.kind, state: row.state },
  ...{ count: row.count, heldBy: row.heldBy, attempts: row.attempts, lastError: row.lastError },
  nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
});

/** `groups`: the counts of the groups that the alerts are of. */
export const describeAlert = (row: Alert, groups: readonly GroupCount[]): z.output<typeof AlertSchema> => ({
  id: row.id,
  rule: row.rule,
  title: ruleTitle(row.rule),
  detail: row.detail,
  confirmation: row.confirmation,
  groupId: row.groupId,
  count: groups.find(({ id }) => id === row.groupId)?.count ?? 1,
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

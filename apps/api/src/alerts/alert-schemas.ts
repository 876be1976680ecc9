import {
  ALERT_SEVERITIES,
  ALERT_STATUSES,
  type Alert,
  CONFIRMATIONS,
  type Discrepancy,
  type GroupCount,
  type HumanAction,
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
  acknowledgedBy: z.string().nullable().describe("Who looks after it: the id of a person or a key"),
  acknowledgedByName: z.string().nullable(),
  resolvedAt: instant.nullable(),
  resolvedBy: z.string().nullable(),
  resolvedByName: z.string().nullable(),
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

/** What somebody did about an alert, or had to say. */
const DeedSchema = z.object({
  id: z.uuid(),
  at: instant,
  action: z.string().describe("`alert.note` is a note; its text stands as the reason"),
  actorName: z.string().nullable(),
  reason: z.string().nullable(),
});

/** An alert with what people did about it, and all that was told of its group. */
export const AlertWithHistorySchema = AlertSchema.extend({
  history: z.array(DeedSchema).describe("What people did about it, the first thing first"),
  notifications: z.array(NotificationSchema),
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
  alert: z
    .object({ id: z.uuid(), status: z.enum(ALERT_STATUSES), acknowledgedByName: z.string().nullable() })
    .nullable()
    .describe("The alert about it, and who looks after that"),
});

export const describeNotification = (row: Notification): z.output<typeof NotificationSchema> => ({
  ...{ id: row.id, channelId: row.channelId, channelName: row.channelName, kind: row.kind, state: row.state },
  ...{ count: row.count, heldBy: row.heldBy, attempts: row.attempts, lastError: row.lastError },
  nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
});

export const describeDeed = (row: HumanAction & { actorName: string | null }): z.output<typeof DeedSchema> => ({
  ...{ id: row.id, at: row.at.toISOString(), action: row.action, actorName: row.actorName, reason: row.reason },
});

/** What the alerts of an answer have in common: how many their groups hold, and what those are called who worked them. */
export type AlertLore = { groups: readonly GroupCount[]; names: ReadonlyMap<string, string> };

export const describeAlert = (row: Alert, { groups, names }: AlertLore): z.output<typeof AlertSchema> => ({
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
  acknowledgedByName: nameOf(row.acknowledgedBy, names),
  resolvedAt: row.resolvedAt?.toISOString() ?? null,
  resolvedBy: row.resolvedBy,
  resolvedByName: nameOf(row.resolvedBy, names),
  resolution: row.resolution,
});

/** Null as well for actors that are words. */
const nameOf = (actor: string | null, names: AlertLore["names"]): string | null =>
  actor === null ? null : (names.get(actor) ?? null);

/** `alert`: the one about it. */
export const describeDiscrepancy = (
  row: Discrepancy,
  alert: Alert | undefined,
  names: AlertLore["names"],
): z.output<typeof DiscrepancySchema> => ({
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
  alert: alert ? { id: alert.id, status: alert.status, acknowledgedByName: nameOf(alert.acknowledgedBy, names) } : null,
});

import type { DueNotification } from "@verdict/db";
import { type Notice, type NoticeKind, runbookLink } from "@verdict/delivery";
import { EVERY_ROUTE, type NotificationKind, ruleTitle } from "@verdict/domain";

export type NoticeOptions = {
  /** Where people find the console. */
  consoleUrl: string;
  runbookUrl: string;
  isTest: (route: string) => boolean;
};

const KINDS: Record<NotificationKind, NoticeKind> = {
  firing: "opened",
  update: "repeated",
  repeat: "repeated",
  acknowledged: "acknowledged",
  resolved: "resolved",
};

/** What is said beside what happened. */
const MORE: Partial<Record<NotificationKind, string>> = {
  update: " There is more of it.",
  acknowledged: " Somebody has taken note of it and sees to it.",
};

/**
 * What a channel is told. Alerts of a group are one to the other side, which knows it by the group's id; the link leads to the
 * latest of them. Nothing in it is about a person.
 */
export function makeNotice({ id, groupId, kind, group }: DueNotification, options: NoticeOptions): Notice {
  const { rule, route, severity, count, confirmed, openedAt, lastAt, detail } = group;
  const told = `${summaryOf(detail, rule)}${MORE[kind] ?? ""}`;
  return {
    kind: KINDS[kind],
    noticeId: id,
    alertId: groupId,
    rule,
    severity,
    title: ruleTitle(rule),
    summary: confirmed > 0 && confirmed < count ? `${told} Confirmed by the provider: ${confirmed} of ${count}.` : told,
    route: route === EVERY_ROUTE ? null : route,
    environment: options.isTest(route) ? "test" : "live",
    count,
    since: openedAt,
    firstAt: openedAt,
    lastAt,
    deepLink: `${options.consoleUrl}/alerts/${group.alertId}`,
    runbookLink: runbookLink(options.runbookUrl, rule),
  };
}

const summaryOf = (detail: string | null, rule: string): string => `${detail ?? ruleTitle(rule)}.`;

import type { Severity } from "@verdict/domain";

/** Why somebody is told: something began, went on, was taken on by a person, is over; or a person tries the channel out. */
export type NoticeKind = "opened" | "repeated" | "acknowledged" | "resolved" | "test";

/**
 * What is told about an alert, the same for every channel. Nothing in it may be about a person: it leaves the house, and
 * nobody can call it back.
 */
export type Notice = {
  kind: NoticeKind;
  /** Of this notification, the same for every attempt; letters, digits, `_` and `-`. */
  noticeId: string;
  /** Of the alert; what is resolved later is found by it. */
  alertId: string;
  /** E.g. `discrepancy.mutated_replay`. */
  rule: string;
  severity: Severity;
  /** In a few words. */
  title: string;
  /** In a sentence or two. */
  summary: string;
  /** The route it is about; null when it is about all. */
  route: string | null;
  environment: "live" | "test";
  /** How often it has happened since `since`. */
  count: number;
  since: Date;
  /** When it happened first, and last. */
  firstAt: Date;
  lastAt: Date;
  /** To the alert in the console. */
  deepLink: string;
  /** To what to do about it; see `runbookLink`. */
  runbookLink: string;
};

/** A rule's place in the runbook, where it has a heading of its own: the anchor that GitHub makes of that heading. */
export const runbookLink = (base: string, rule: string): string =>
  `${base}#${rule.toLowerCase().replaceAll(/[^\w-]/g, "")}`;

const MARKS: Readonly<Record<NoticeKind, string>> = {
  opened: "",
  repeated: "Again: ",
  acknowledged: "Acknowledged: ",
  resolved: "Resolved: ",
  test: "Test: ",
};

/** One line that says it all: `[live] Again: Liveness attack on route default (12×)`. */
export const headline = ({ kind, environment, title, count }: Notice): string =>
  `[${environment}] ${MARKS[kind]}${title}${count > 1 ? ` (${count}×)` : ""}`.replaceAll(/\s+/g, " ");

/** What goes with it, as pairs of a name and a value. */
export const factsOf = (notice: Notice): readonly (readonly [string, string])[] => [
  ["Rule", notice.rule],
  ["Severity", notice.severity],
  ["Route", notice.route ?? "all"],
  ["Environment", notice.environment],
  ["Count", `${notice.count} since ${inWords(notice.since)}`],
  ["First", inWords(notice.firstAt)],
  ["Last", inWords(notice.lastAt)],
];

/** `2026-11-22 06:30:00 UTC`. */
const inWords = (at: Date): string => `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;

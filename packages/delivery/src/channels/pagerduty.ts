import { z } from "zod";
import type { OutgoingRequest } from "../exchange.ts";
import { factsOf, headline, type Notice } from "../notice.ts";
import { cut } from "../text.ts";
import { failed, type Outcome, readObject, SENT } from "./outcome.ts";
import { secretField } from "./secret-field.ts";

/** A service's Events API v2 integration. `url` is for gateways; else the region's own address is used. */
export const pagerdutyChannel = z.strictObject({
  kind: z.literal("pagerduty"),
  routingKey: secretField(
    z.string().regex(/^[A-Za-z0-9]{32}$/, { error: "expected an integration key of 32 characters" }),
  ),
  region: z.enum(["us", "eu"]).default("us"),
  url: z.string().optional(),
});

const URLS = { us: "https://events.pagerduty.com/v2/enqueue", eu: "https://events.eu.pagerduty.com/v2/enqueue" };

/** Limits are set as they please there; they ask for a pause without naming one (PagerDuty api-schema, events-v2). */
export const PAGERDUTY_PAUSE_MS = 30_000;

const ACTIONS: Readonly<Record<Notice["kind"], "trigger" | "acknowledge" | "resolve">> = {
  opened: "trigger",
  repeated: "trigger",
  acknowledged: "acknowledge",
  resolved: "resolve",
  test: "trigger",
};

/** Where the configured integration is reached. */
export const pagerdutyUrl = ({ url, region }: z.output<typeof pagerdutyChannel>): string => url ?? URLS[region];

/**
 * An event of the Events API v2 (PagerDuty api-schema, reference/events-v2; developer.pagerduty.com, "Send an alert event":
 * summary 1024 characters, dedup_key 255). All that is told of an alert lands on one incident, by the alert's id. A test is
 * an incident of its own, of severity `info`, that a person resolves.
 */
export function pagerdutyMessage(notice: Notice, config: z.output<typeof pagerdutyChannel>): OutgoingRequest {
  const isTest = notice.kind === "test";
  const details = { summary: cut(notice.summary, 4_000), ...Object.fromEntries(factsOf(notice)) };
  const event = {
    routing_key: config.routingKey,
    event_action: ACTIONS[notice.kind],
    dedup_key: cut(isTest ? `verdict-test-${notice.noticeId}` : `verdict-${notice.alertId}`, 255),
    payload: {
      summary: cut(headline(notice), 1_024),
      source: "verdict",
      severity: isTest ? "info" : notice.severity,
      timestamp: notice.lastAt.toISOString(),
      component: notice.route ?? "all routes",
      group: notice.environment,
      class: notice.rule,
      custom_details: details,
    },
    client: "Verdict",
    client_url: notice.deepLink,
    links: [
      { href: notice.deepLink, text: "Open" },
      { href: notice.runbookLink, text: "Runbook" },
    ],
  };
  return {
    url: pagerdutyUrl(config),
    headers: { "content-type": "application/json", "user-agent": "Verdict" },
    body: JSON.stringify(event),
  };
}

/** Success is 202 with `status: "success"`. */
export const readPagerdutyAnswer = (body: string): Outcome =>
  readObject(body)?.status === "success"
    ? SENT
    : failed("not_understood", "The answer is not that of the Events API v2");

import { z } from "zod";
import type { OutgoingRequest } from "../exchange.ts";
import { headline, type Notice } from "../notice.ts";
import { cut } from "../text.ts";
import { type Outcome, SENT } from "./outcome.ts";
import { secretField } from "./secret-field.ts";

const LABEL_MAX = 200;

/** A Prometheus Alertmanager; `url` is its base, e.g. `https://alertmanager.example.com`. */
export const alertmanagerChannel = z.strictObject({
  kind: z.literal("alertmanager"),
  url: z.string(),
  /** For a proxy before it, which asks for a bearer token. */
  token: secretField(
    z
      .string()
      .regex(/^[\x21-\x7e]{1,4096}$/, { error: "expected a token without spaces" })
      .optional(),
  ),
  /** Put on every alert, to route by. */
  labels: z
    .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().min(1).max(LABEL_MAX))
    .refine((labels) => Object.keys(labels).length <= 10, { error: "expected ten labels at most" })
    .optional(),
  /** How long an alert that nobody resolves stays firing there, in seconds. */
  firingSeconds: z
    .number()
    .int()
    .min(60)
    .max(30 * 86_400)
    .default(86_400),
});

const TEST_FIRING_MS = 60_000;

/** Where the configured Alertmanager takes alerts. */
export const alertmanagerUrl = ({ url }: z.output<typeof alertmanagerChannel>): string =>
  `${url.replace(/\/+$/, "")}/api/v2/alerts`;

/**
 * One alert for API v2 (prometheus.io, "Alerts API"). Labels are what tells alerts apart, so they are the same from opened
 * to resolved; what changes is in the annotations. Without `endsAt` an alert would end when it is not sent again within
 * five minutes: we name its end, a day ahead, and now once it is resolved.
 */
export function alertmanagerMessage(
  notice: Notice,
  config: z.output<typeof alertmanagerChannel>,
  now: Date,
): OutgoingRequest {
  const labels = {
    ...config.labels,
    alertname: notice.kind === "test" ? "VerdictTest" : notice.rule,
    service: "verdict",
    severity: notice.severity,
    environment: notice.environment,
    route: notice.route ?? "all",
    alert_id: notice.kind === "test" ? notice.noticeId : notice.alertId,
  };
  const alert = {
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, cut(value, LABEL_MAX)])),
    annotations: {
      summary: cut(headline(notice), 500),
      description: cut(notice.summary, 4_000),
      runbook_url: notice.runbookLink,
      count: String(notice.count),
      since: notice.since.toISOString(),
      last_at: notice.lastAt.toISOString(),
    },
    startsAt: startOf(notice, now).toISOString(),
    endsAt: endOf(notice, config.firingSeconds, now).toISOString(),
    generatorURL: notice.deepLink,
  };
  return {
    url: alertmanagerUrl(config),
    headers: {
      "content-type": "application/json",
      "user-agent": "Verdict",
      ...(config.token === undefined ? {} : { authorization: `Bearer ${config.token}` }),
    },
    body: JSON.stringify([alert]),
  };
}

/** Never after its end, which Alertmanager refuses: our clock and the database's may differ. */
const startOf = ({ firstAt }: Notice, now: Date): Date => (firstAt < now ? firstAt : now);

function endOf({ kind }: Notice, firingSeconds: number, now: Date): Date {
  switch (kind) {
    case "opened":
    case "repeated":
    case "acknowledged":
      return new Date(now.getTime() + firingSeconds * 1_000);
    case "resolved":
      return now;
    case "test":
      return new Date(now.getTime() + TEST_FIRING_MS);
  }
}

/** 200 without a body. */
export const readAlertmanagerAnswer = (): Outcome => SENT;

import { randomUUIDv7 } from "node:crypto";
import type { Db } from "@verdict/db";
import { openDeliveryClient } from "@verdict/delivery";
import { type Logger, tellAlert } from "@verdict/runtime";
import { alertingOf, type DetailCipher, watchConditions } from "@verdict/services";
import { heartbeat } from "./heartbeat.ts";
import { startNotifying } from "./notifier.ts";
import { repeat } from "./repeat.ts";
import type { SessionTraces } from "./session-traces.ts";
import type { readSettings } from "./settings.ts";
import type { WorkerMetrics } from "./worker-metrics.ts";

type AlertingOptions = {
  db: Db;
  now: () => Date;
  newId: () => string;
  settings: ReturnType<typeof readSettings>;
  cipher: DetailCipher;
  counts: Pick<WorkerMetrics, "raised" | "told" | "task">;
  traces?: SessionTraces | undefined;
  stopping: AbortSignal;
  log: Logger;
};

/** How often is looked at what goes on. */
const CONDITIONS_MS = 5_000;

/** How often this process asks whether it is time for a heartbeat. */
const HEART_LOOK_MS = 1_000;

/** Shorter than webhooks may take: a channel that hangs is to be escalated soon. */
const CHANNEL_TIMEOUT_MS = 5_000;

/** Watches what goes on, tells people of alerts, and the watcher outside that it does. `ended` resolves after `stopping`. */
export function startAlerting({ settings, counts, log, stopping, ...common }: AlertingOptions): {
  ended: Promise<void>;
} {
  const holder = randomUUIDv7();
  const { isTest } = alertingOf(settings.alerts.rules, settings.routes);
  const consoleUrl = settings.API_PUBLIC_URL ?? `http://127.0.0.1:${settings.API_PORT}`;
  const client = openDeliveryClient({
    timeoutMs: CHANNEL_TIMEOUT_MS,
    ...(settings.DELIVERY_ALLOWED_TARGETS && { allowed: settings.DELIVERY_ALLOWED_TARGETS }),
  });
  const notifying = startNotifying({
    ...common,
    random: Math.random,
    client,
    policy: settings.alerts.tell,
    intervalMs: settings.SWEEP_INTERVAL_MS,
    stopping,
    log,
    consoleUrl,
    runbookUrl: settings.RUNBOOK_URL ?? `${consoleUrl}/runbook`,
    isTest,
    onTold: counts.told,
  });
  const watching = repeat(
    counts.task("watch_conditions", () =>
      watchConditions({
        ...common,
        holder,
        routes: settings.routes.map(({ slug }) => slug),
        rules: settings.alerts.rules,
        onAlert: (alert) => {
          counts.raised(alert);
          tellAlert(log)(alert);
        },
      }),
    ),
    CONDITIONS_MS,
    stopping,
    (error) => log.error({ err: error }, "what goes on could not be looked at; tried again"),
  );
  const url = settings.ALERT_HEARTBEAT_URL;
  const everyMs = settings.ALERT_HEARTBEAT_SECONDS * 1_000;
  const beating = url
    ? repeat(heartbeat({ ...common, holder, everyMs, url, client, log }), HEART_LOOK_MS, stopping, (error) =>
        log.error({ err: error }, "the heartbeat did not arrive; tried again"),
      )
    : Promise.resolve();
  const ended = Promise.all([notifying, watching, beating]).then(() => client.close());
  return { ended };
}

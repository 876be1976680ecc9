import { environment, readAlertSettings, readEnv, readRoutes, readTogether } from "@verdict/runtime";

export function readSettings(source = process.env) {
  const { env, routes, alerts } = readTogether({
    env: () =>
      readEnv(
        (production) =>
          environment(production).pick({
            DATABASE_URL: true,
            DATABASE_DIRECT_URL: true,
            QUEUE_URL: true,
            QUEUE_PREFIX: true,
            LOG_LEVEL: true,
            WORKER_PORT: true,
            PROCESSES_EACH: true,
            METRICS_TOKEN: true,
            OTEL_EXPORTER_OTLP_ENDPOINT: true,
            OTEL_TRACES_SAMPLER_ARG: true,
            EXPIRY_GRACE_SECONDS: true,
            CHECK_SCHEDULE_SECONDS: true,
            SWEEP_INTERVAL_MS: true,
            REFUSALS_KEPT_DAYS: true,
            DELIVERY_ALLOWED_TARGETS: true,
            ALERT_HEARTBEAT_URL: true,
            ALERT_HEARTBEAT_SECONDS: true,
            API_PORT: true,
            API_PUBLIC_URL: true,
            RUNBOOK_URL: true,
            RETENTION: true,
            DATA_ENCRYPTION_KEYS: true,
          }),
        source,
      ),
    routes: () => readRoutes(source),
    alerts: () => readAlertSettings(source),
  });
  return { ...env, routes, alerts };
}

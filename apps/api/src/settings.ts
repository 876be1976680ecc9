import {
  environment,
  readAlertSettings,
  readClientAddressTrust,
  readEnv,
  readOidc,
  readRoutes,
  readTogether,
} from "@verdict/runtime";

export function readSettings(source = process.env) {
  const { env, ...read } = readTogether({
    env: () => readEnv(apiEnvironment, source),
    routes: () => readRoutes(source),
    alerts: () => readAlertSettings(source),
    oidc: () => readOidc(source),
    trust: () => readClientAddressTrust(source),
  });
  return { ...env, ...read };
}

/** In development sessions may end with the process; production has to say what signs them. */
function apiEnvironment(production: boolean) {
  const picked = environment(production).pick({
    DATABASE_URL: true,
    DATABASE_DIRECT_URL: true,
    DATABASE_REPLICA_URL: true,
    QUEUE_URL: true,
    QUEUE_PREFIX: true,
    API_PORT: true,
    PROCESSES_EACH: true,
    API_PUBLIC_URL: true,
    API_BOOTSTRAP_KEY: true,
    AUTH_SECRET: true,
    LOG_LEVEL: true,
    MERCHANT_USER_PEPPER: true,
    DATA_ENCRYPTION_KEYS: true,
    DELIVERY_ALLOWED_TARGETS: true,
    RETENTION: true,
    REFUSALS_KEPT_DAYS: true,
    METRICS_TOKEN: true,
    OTEL_EXPORTER_OTLP_ENDPOINT: true,
    OTEL_TRACES_SAMPLER_ARG: true,
    PUBLIC_CALLBACK_BASE_URL: true,
    VERIFICATION_TTL_SECONDS: true,
    EXPIRY_GRACE_SECONDS: true,
    CHECK_SCHEDULE_SECONDS: true,
  });
  return production ? picked : picked.partial({ AUTH_SECRET: true });
}

import { environment, readEnv, readRoutes, readTogether } from "@verdict/runtime";

export function readSettings(source = process.env) {
  const { env, routes } = readTogether({
    env: () =>
      readEnv(
        (production) =>
          environment(production).pick({
            DATABASE_URL: true,
            QUEUE_URL: true,
            QUEUE_PREFIX: true,
            API_PORT: true,
            API_BOOTSTRAP_KEY: true,
            LOG_LEVEL: true,
            MERCHANT_USER_PEPPER: true,
            METRICS_TOKEN: true,
            PUBLIC_CALLBACK_BASE_URL: true,
            VERIFICATION_TTL_SECONDS: true,
            EXPIRY_GRACE_SECONDS: true,
            CHECK_SCHEDULE_SECONDS: true,
          }),
        source,
      ),
    routes: () => readRoutes(source),
  });
  return { ...env, routes };
}

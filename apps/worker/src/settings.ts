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
            LOG_LEVEL: true,
            EXPIRY_GRACE_SECONDS: true,
            CHECK_SCHEDULE_SECONDS: true,
            SWEEP_INTERVAL_MS: true,
            REFUSALS_KEPT_DAYS: true,
          }),
        source,
      ),
    routes: () => readRoutes(source),
  });
  return { ...env, routes };
}

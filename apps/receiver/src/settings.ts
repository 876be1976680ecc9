import { environment, readCallbackRoutes, readEnv, readTogether } from "@verdict/runtime";

/** What the public process may know: no credentials of the provider are among it. */
export function readSettings(source = process.env) {
  const { env, routes } = readTogether({
    env: () =>
      readEnv(
        (production) =>
          environment(production).pick({
            DATABASE_URL: true,
            QUEUE_URL: true,
            QUEUE_PREFIX: true,
            RECEIPT_SINKS: true,
            RECEIVER_PORT: true,
            LOG_LEVEL: true,
            METRICS_TOKEN: true,
          }),
        source,
      ),
    routes: () => readCallbackRoutes(source),
  });
  return { ...env, routes };
}

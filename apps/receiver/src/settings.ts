import { environment, readCallbackRoutes, readClientAddressTrust, readEnv, readTogether } from "@verdict/runtime";

/** What the public process may know: no credentials of the provider are among it. */
export function readSettings(source = process.env) {
  const { env, ...rest } = readTogether({
    env: () =>
      readEnv(
        (production) =>
          environment(production).pick({
            DATABASE_URL: true,
            DATABASE_DIRECT_URL: true,
            QUEUE_URL: true,
            QUEUE_PREFIX: true,
            RECEIPT_SINKS: true,
            ALLOW_FORGETFUL_QUEUE: true,
            RECEIVER_PORT: true,
            PROCESSES_EACH: true,
            REFUSAL_LIMIT_PER_SOURCE: true,
            REFUSAL_LIMIT_PER_ROUTE: true,
            REFUSAL_ROWS_PER_HOUR: true,
            LOG_LEVEL: true,
            METRICS_TOKEN: true,
            OTEL_EXPORTER_OTLP_ENDPOINT: true,
            OTEL_TRACES_SAMPLER_ARG: true,
          }),
        source,
      ),
    routes: () => readCallbackRoutes(source),
    trust: () => readClientAddressTrust(source),
  });
  return { ...env, ...rest };
}

export type ReceiverSettings = ReturnType<typeof readSettings>;

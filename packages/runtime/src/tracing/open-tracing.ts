import type { Tracing } from "./tracing.ts";

export type TracingSettings = {
  /** The base URL of a collector that speaks OTLP over HTTP. Not set: nothing is traced. */
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  /** The share of traces that are recorded, 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: number;
};

/** What may be asked of it: `trustCallers` lets a request that names its own trace go on with it. Not for strangers' requests. */
export type TracingOptions = { service: string; trustCallers?: boolean };

/** Opens tracing where an exporter is configured. Null: it is not, and no code of OpenTelemetry is loaded. */
export async function openTracing(settings: TracingSettings, options: TracingOptions): Promise<Tracing | null> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio } = settings;
  if (!endpoint) return null;
  const { startTracing } = await import("./otel.ts");
  return startTracing({ ...options, endpoint, ratio });
}

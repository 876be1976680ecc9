import { httpInstrumentationMiddleware } from "@hono/otel";
import * as otel from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { callersTrace } from "./callers-trace.ts";
import type { TracingOptions } from "./open-tracing.ts";
import type { Carrier, SpanKind, SpanOptions, Tracing } from "./tracing.ts";
import { isCarrier } from "./tracing.ts";
import { withoutSecrets } from "./without-secrets.ts";

const KINDS: Readonly<Record<SpanKind, otel.SpanKind>> = {
  internal: otel.SpanKind.INTERNAL,
  server: otel.SpanKind.SERVER,
  client: otel.SpanKind.CLIENT,
  producer: otel.SpanKind.PRODUCER,
  consumer: otel.SpanKind.CONSUMER,
};

/** So long a stop waits for the collector. */
const CLOSE_LIMIT_MS = 2_000;

type Options = TracingOptions & { endpoint: string; ratio: number };

/** Starts OpenTelemetry in this process. Once: the context of what is under way belongs to the process. */
export function startTracing({ service, trustCallers = false, endpoint, ratio }: Options): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: CLOSE_LIMIT_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": `verdict-${service}`, "service.namespace": "verdict" }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [withoutSecrets(new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 }))],
  });
  otel.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  if (trustCallers) otel.propagation.setGlobalPropagator(callersTrace);
  const tracer = provider.getTracer("verdict");

  const startSpan = (name: string, { kind = "internal", parent, links = [], attributes, begunAt }: SpanOptions) => {
    const from = parent === undefined ? otel.context.active() : otel.ROOT_CONTEXT;
    const remote = parent ? contextOf(parent) : null;
    return tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        links: links.flatMap((link) => contextOf(link) ?? []).map((context) => ({ context })),
        ...(attributes && { attributes: { ...attributes } }),
        ...(begunAt && { startTime: begunAt }),
      },
      remote ? otel.trace.setSpanContext(from, remote) : from,
    );
  };
  const end = (span: otel.Span, { failed = false, at }: { failed?: boolean; at?: Date } = {}) => {
    if (failed) span.setStatus({ code: otel.SpanStatusCode.ERROR });
    span.end(at);
  };

  return {
    begin(name, options = {}) {
      const span = startSpan(name, options);
      return { carrier: carrierOf(span), end: (ending) => end(span, ending) };
    },
    async span(name, options, work) {
      const span = startSpan(name, options);
      try {
        const result = await otel.context.with(otel.trace.setSpan(otel.context.active(), span), work);
        end(span);
        return result;
      } catch (error) {
        end(span, { failed: true });
        throw error;
      }
    },
    current() {
      const span = otel.trace.getActiveSpan();
      return span && carrierOf(span);
    },
    middleware: () => httpInstrumentationMiddleware({ tracerProvider: provider, captureActiveRequests: false }),
    async close() {
      await provider.shutdown().catch(() => {});
      otel.context.disable();
      otel.propagation.disable();
    },
  };
}

function carrierOf(span: otel.Span): Carrier | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return traceFlags & otel.TraceFlags.SAMPLED ? `${traceId}-${spanId}` : undefined;
}

function contextOf(carrier: Carrier): otel.SpanContext | null {
  if (!isCarrier(carrier)) return null;
  const [traceId = "", spanId = ""] = carrier.split("-");
  return { traceId, spanId, traceFlags: otel.TraceFlags.SAMPLED, isRemote: true };
}

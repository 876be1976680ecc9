import { type TextMapPropagator, TraceFlags, trace } from "@opentelemetry/api";

const HEADER = "traceparent";
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Goes on with the trace that a caller names in the W3C's header `traceparent`. Nothing is ever sent on: the provider has no part in it. */
export const callersTrace: TextMapPropagator = {
  inject() {},
  extract(context, headers, { get }) {
    const given = get(headers, HEADER);
    const [, traceId, spanId, flags] = TRACEPARENT.exec(typeof given === "string" ? given : "") ?? [];
    if (!traceId || !spanId || !flags) return context;
    const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
    return trace.setSpanContext(context, { traceId, spanId, traceFlags, isRemote: true });
  },
  fields: () => [HEADER],
};

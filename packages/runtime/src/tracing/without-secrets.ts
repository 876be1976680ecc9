import type { SpanProcessor } from "@opentelemetry/sdk-trace";

/** Attributes that hold an address as it came, with its query and whatever secret its path may end in. */
const ADDRESSES = /^(url\.|http\.(url|target)$)/;

/** What is told of an error: its type. Its message may quote a query and the values in it. */
const OF_ERRORS = /^exception\.(message|stacktrace)$/;

/**
 * Takes out of every span, whoever wrote it, what may hold a token or a person: addresses, the texts of errors, and whatever follows a
 * question mark.
 */
export function withoutSecrets(inner: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, context) => inner.onStart(span, context),
    onEnd(span) {
      clean(span.attributes, ADDRESSES);
      for (const { attributes } of span.events) if (attributes) clean(attributes, OF_ERRORS);
      if (span.status.message) delete span.status.message;
      inner.onEnd(span);
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
}

function clean(attributes: Record<string, unknown>, unwanted: RegExp): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (unwanted.test(name)) delete attributes[name];
    else if (typeof value === "string" && value.includes("?")) attributes[name] = value.slice(0, value.indexOf("?"));
  }
}

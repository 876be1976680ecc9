import type { MiddlewareHandler } from "hono";

/**
 * The part of a trace that travels with the work: trace id and span id in hexadecimal, of a span that is recorded. It tells nothing about
 * anybody.
 */
export type Carrier = string;

export type SpanKind = "server" | "client" | "consumer" | "producer" | "internal";

export type SpanOptions = {
  kind?: SpanKind;
  /** What it is a part of; absent: the span under way, if any. Null: nothing. */
  parent?: Carrier | null | undefined;
  /** What else it has to do with. */
  links?: readonly Carrier[];
  /** Names from a finite set, numbers, and ids of ours. Never a query, a header, or what a person said. */
  attributes?: Readonly<Record<string, string | number | boolean>>;
  /** When it began, if that was earlier. */
  begunAt?: Date;
};

/** A span that has not ended. */
export type Begun = {
  /** Undefined: it is not recorded. */
  carrier: Carrier | undefined;
  end(ending?: { failed?: boolean; at?: Date }): void;
};

/** What an app may say about what it does, where an exporter was configured. */
export type Tracing = {
  begin(name: string, options?: SpanOptions): Begun;
  /** Does something as a span: failed if it rejects. What it begins is a part of it. */
  span<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T>;
  /** The span under way. */
  current(): Carrier | undefined;
  /** For HTTP apps: a span for each request, named by its route, never by its address. */
  middleware(): MiddlewareHandler;
  /** Sends what waits. */
  close(): Promise<void>;
};

const CARRIER = /^[0-9a-f]{32}-[0-9a-f]{16}$/;

/** Whether a text that came from a store is a carrier. */
export const isCarrier = (text: string): boolean => CARRIER.test(text);

/**
 * Work that is done once for many, each with a trace of its own: a span in every one of these traces, the first of which all others link to.
 * `carriers` are theirs, in the same order.
 */
export function beginTogether(tracing: Tracing, name: string, parents: readonly Carrier[], options: SpanOptions = {}) {
  const spans: Begun[] = [];
  for (const parent of parents) {
    const leader = spans[0]?.carrier;
    spans.push(tracing.begin(name, { ...options, parent, links: leader ? [leader] : [] }));
  }
  return {
    carriers: spans.map(({ carrier }) => carrier),
    end(ending?: Parameters<Begun["end"]>[0]): void {
      for (const span of spans) span.end(ending);
    },
  };
}

import { z } from "zod";
import { type AnswerClass, classify } from "./codes.ts";
import { fromWire } from "./wire.ts";

/** What is known about a call besides its meaning. Nothing in it is personal. */
export type CallFacts = {
  httpStatus: number | null;
  /** The provider's `Code`, or one of ours in its place: `Timeout`, `ConnectionFailed`, `NotJson`, `UnexpectedAnswer`. */
  code: string;
  message: string;
  requestId: string | null;
};

/** One answer of the provider, told apart by what it means for the caller. */
export type Answer<T> = CallFacts &
  (
    | { kind: "ok"; result: T }
    | { kind: "throttled"; retryAfterMs: number | null }
    /** `lost`: the provider may have acted although no answer came. */
    | { kind: "transient"; lost: boolean }
    | { kind: Exclude<AnswerClass, "ok" | "throttled" | "transient"> }
  );

const code = z.union([z.string(), z.number()]).transform(String);

/** The envelope all operations share; some gateways spell it in lower case (provider notes, section 2.5). */
const Envelope = z.object({
  code,
  message: z.string().catch("").default(""),
  requestId: z.string().nullable().catch(null).default(null),
  result: z.unknown().optional(),
});

/**
 * Reads a response. Anything that is not the documented envelope is transient: a proxy's page, an empty body, half a JSON.
 * It also counts as lost, since a page in place of an answer does not tell whether the provider has acted.
 */
export function readAnswer<T>(
  httpStatus: number,
  retryAfterMs: number | null,
  body: string,
  resultSchema: z.ZodType<T>,
): Answer<T> {
  const envelope = Envelope.safeParse(fromWire(parseJson(body)));
  if (!envelope.success) return failed(httpStatus, "NotJson", "The answer was not the documented JSON.", true);

  const { result, ...rest } = envelope.data;
  const facts: CallFacts = { httpStatus, ...rest };
  const meaning = classify(httpStatus, facts.code);
  switch (meaning) {
    case "ok": {
      const parsed = resultSchema.safeParse(fromWire(result));
      if (parsed.success) return { ...facts, kind: "ok", result: parsed.data };
      return { ...facts, kind: "unknown", code: "UnexpectedAnswer", message: z.prettifyError(parsed.error) };
    }
    case "throttled":
      return { ...facts, kind: "throttled", retryAfterMs };
    case "transient":
      return { ...facts, kind: "transient", lost: false };
    default:
      return { ...facts, kind: meaning };
  }
}

/** A call that ended without a readable answer. */
export const failed = (httpStatus: number | null, code: string, message: string, lost: boolean): Answer<never> => ({
  kind: "transient",
  httpStatus,
  code,
  message,
  requestId: null,
  lost,
});

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

import { z } from "zod";
import { type AnswerClass, classify, didNothing } from "./codes.ts";
import { text } from "./lenient.ts";
import { parseJson } from "./parse-json.ts";
import { presentable } from "./presentable.ts";
import { fromWire } from "./wire.ts";

/** What is known about a call besides its meaning. Nothing in it is personal. */
export type CallFacts = {
  httpStatus: number | null;
  /** The provider's `Code`, or one of ours in its place: `Timeout`, `ConnectionFailed`, `TooLarge`, `NotJson`, `UnexpectedAnswer`. */
  code: string;
  /** In the provider's words, cut short. Nothing as long as a picture or a token is left in it. */
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

/** Longest text that is kept of each; real ones are far shorter. */
const LONGEST = { code: 100, message: 300, requestId: 100 };

const code = text.transform((given) => presentable(given, LONGEST.code));

/** The envelope all operations share; some gateways spell it in lower case (provider notes, section 2.5). */
const Envelope = z.object({
  code,
  message: z
    .string()
    .transform((given) => presentable(given, LONGEST.message))
    .catch(""),
  requestId: z
    .string()
    .transform((given) => presentable(given, LONGEST.requestId))
    .nullable()
    .catch(null),
  result: z.unknown().optional(),
});

/**
 * Reads a response; never throws. Anything that is not the documented envelope is transient: a proxy's page, an empty body, half a JSON.
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
      return { ...facts, kind: "unknown", code: "UnexpectedAnswer", message: complaint(parsed.error) };
    }
    case "throttled":
      return { ...facts, kind: "throttled", retryAfterMs };
    case "transient":
      return { ...facts, kind: "transient", lost: !didNothing(facts.code) };
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

/** Names the fields, never their values. */
const complaint = (error: z.ZodError): string => presentable(z.prettifyError(error), LONGEST.message);

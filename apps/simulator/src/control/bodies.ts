import { z } from "zod";
import { mistakesOf } from "../mistakes.ts";
import { type ErrorCode, STATUS } from "../rpc/answers.ts";

const code = z.union([z.string(), z.int()], "expected text").transform(String).pipe(z.string().min(1).max(64));

/** `POST …/complete`: how the user's try ended. */
export const Completion = z.strictObject({
  passed: z.enum(["Y", "N"], 'expected "Y" or "N"'),
  subCode: code,
  /** Merged over the `Result` of CheckResult, in the wire's spelling. */
  result: z.record(z.string(), z.unknown()).optional(),
});

/** `POST …/abandon`: where and why the user walked away. Absent: in the middle, by leaving (client code 1006). */
export const Abandon = z.strictObject({ page: z.string().min(1).max(64).optional(), errorCode: code.default("1006") });

/** `POST …/forge`: a stranger's callback. A token of its own, or one that nobody issued. */
export const Forgery = z.strictObject({
  passed: z.enum(["Y", "N"], 'expected "Y" or "N"').default("Y"),
  subCode: code.default("200"),
  token: z.string().max(256).optional(),
});

/** `POST …/replay`: which of the callbacks so far, counted from 1. Absent: the latest. */
export const Replay = z.strictObject({ callback: z.int().min(1).optional() });

const codes = Object.keys(STATUS) as [ErrorCode, ...ErrorCode[]];

/** `POST /_sim/answers`: what the next calls of an operation are answered. */
export const WishBody = z.strictObject({
  operation: z.string().min(1).max(64),
  code: z.enum(codes),
  httpStatus: z.int().min(200).max(599).optional(),
  times: z.int().min(1).max(1_000_000).default(1),
});

/** `POST /_sim/groups/:code/faces`: the person as in `/person/<name>/`. */
export const FaceEntry = z.strictObject({
  person: z.string().min(1).max(64),
  merchantUserId: z.string().min(1).max(32),
});

/** At most ten years, so that no date can overflow. */
const LEAP_MAX_MS = 10 * 365 * 24 * 3_600_000;

/** `POST /_sim/clock/advance`. Time never runs backwards. */
export const Advance = z.strictObject({
  ms: z.int("expected whole milliseconds").min(0, "the clock never runs backwards").max(LEAP_MAX_MS, "above ten years"),
});

export type ReadBody<T> = { kind: "body"; body: T } | { kind: "mistakes"; message: string };

/** Reads a control body; none at all counts as an empty object. */
export function readBody<T>(schema: z.ZodType<T>, text: string): ReadBody<T> {
  const json = readJson(text);
  if (json.kind === "mistakes") return json;
  const read = schema.safeParse(json.body);
  return read.success ? { kind: "body", body: read.data } : { kind: "mistakes", message: mistakesOf(read.error) };
}

export function readJson(text: string): ReadBody<unknown> {
  try {
    return { kind: "body", body: text.trim() === "" ? {} : JSON.parse(text) };
  } catch {
    return { kind: "mistakes", message: "the body is not JSON" };
  }
}

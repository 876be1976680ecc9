import { z } from "zod";
import { mistakesOf } from "./mistakes.ts";

const rate = z.number("expected a rate from 0 to 1").min(0, "below 0").max(1, "above 1").default(0);

const range = (maxMs: number) => {
  const expected = `expected [min, max] in milliseconds, 0 to ${maxMs}`;
  const ms = z.int(expected).min(0, expected).max(maxMs, expected);
  return z
    .tuple([ms, ms], expected)
    .refine(([min, max]) => min <= max, "min is above max")
    .default([0, 0]);
};

const seed = z.union([z.int(), z.string().min(1).max(64)], "expected a whole number or text").default(0);

/** What goes wrong, how often. Every rate is a probability; absent means never. The README says what each fault does. */
export const FaultPlan = z.strictObject({
  seed,
  callbacks: z
    .strictObject({
      drop: rate,
      duplicate: rate,
      mutate: rate,
      forge: rate,
      early: rate,
      late: rate,
      reorder: rate,
      spelling: rate,
      probeFail: rate,
      delayMs: range(600_000),
    })
    .prefault({}),
  calls: z
    .strictObject({
      throttle: rate,
      error: rate,
      html: rate,
      okError: rate,
      hang: rate,
      slowBody: rate,
      slowMs: range(60_000),
      contradict: rate,
    })
    .prefault({}),
});

export type FaultPlan = z.output<typeof FaultPlan>;

export const PRESETS = {
  none: {},
  default: {
    callbacks: { drop: 0.1, duplicate: 0.1, mutate: 0.02, forge: 0.05, delayMs: [0, 300] },
    calls: { throttle: 0.03, error: 0.02, slowMs: [0, 50] },
  },
  harsh: {
    callbacks: { drop: 0.35, duplicate: 0.25, mutate: 0.08, forge: 0.2, early: 0.05, late: 0.03, delayMs: [0, 2_000] },
    calls: { throttle: 0.15, error: 0.1, html: 0.05, hang: 0.01, slowMs: [0, 300], contradict: 0.02 },
  },
} as const;

const Preset = z.strictObject({
  preset: z.enum(["none", "default", "harsh"], "expected none, default or harsh"),
  seed,
});

/** The plan without any fault. */
export const NO_FAULTS: FaultPlan = FaultPlan.parse({});

export type ReadFaultPlan = { kind: "plan"; plan: FaultPlan } | { kind: "mistakes"; message: string };

/** Reads a plan or a preset; the message names every key that is wrong. */
export function readFaultPlan(body: unknown): ReadFaultPlan {
  const named = typeof body === "object" && body !== null && "preset" in body;
  const read = named
    ? Preset.transform(({ preset, seed }) => FaultPlan.parse({ seed, ...PRESETS[preset] })).safeParse(body)
    : FaultPlan.safeParse(body);
  return read.success ? { kind: "plan", plan: read.data } : { kind: "mistakes", message: mistakesOf(read.error) };
}

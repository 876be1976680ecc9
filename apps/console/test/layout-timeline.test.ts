import { expect, test } from "vitest";
import type { Entry } from "../src/pages/verification/evidence.ts";
import { layoutTimeline } from "../src/pages/verification/layout-timeline.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1) + seconds * 1_000).toISOString();
const session = { createdAt: at(0), expiresAt: at(1_800), status: "passed" as const };
const move = (
  version: number,
  to: "awaiting" | "claimed" | "passed",
  seconds: number,
  by: Partial<Entry> = {},
): Entry =>
  ({
    type: "transition",
    version,
    from: version === 1 ? "initializing" : "awaiting",
    to,
    at: at(seconds),
    cause: "",
    receiptId: null,
    checkId: null,
    actor: "worker",
    ...by,
  }) as Entry;
const receipt: Entry = {
  type: "receipt",
  id: "r",
  at: at(60),
  passed: true,
  subCode: "200",
  copies: 1,
  late: false,
  timing: "in_time",
};
const check: Entry = {
  type: "check",
  id: "c",
  at: at(61),
  operation: "CheckResult",
  kind: "verdict",
  passed: true,
  subCode: "200",
  code: "Success",
  askedAt: at(61),
};
const entries = [
  move(1, "awaiting", 1),
  receipt,
  move(2, "claimed", 60.01, { receiptId: "r" } as Partial<Entry>),
  check,
  move(3, "passed", 61.01, { checkId: "c" } as Partial<Entry>),
];

test("later evidence stands further to the right, and nothing stands outside", () => {
  const { marks, width, segments } = layoutTimeline(session, entries, { width: 800, now: null });
  const places = marks.map(({ x }) => x);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(Math.max(...places)).toBeLessThan(width);
  expect(width).toBe(800);
  expect(segments.map(({ status }) => status)).toEqual(["initializing", "awaiting", "claimed", "passed"]);
});

test("each status lasts until the next begins", () => {
  const { segments } = layoutTimeline(session, entries, { width: 800, now: null });
  for (const [index, { from }] of segments.slice(1).entries()) expect(segments[index]?.to).toBe(from);
});

test("a move is linked to the evidence that caused it", () => {
  const { links } = layoutTimeline(session, entries, { width: 800, now: null });
  expect(links.map(({ lane }) => lane)).toEqual(["callbacks", "questions"]);
});

test("milliseconds stay apart, and where there is too little room the picture grows instead", () => {
  const many = Array.from(
    { length: 30 },
    (_, index): Entry => ({ ...(check as Extract<Entry, { type: "check" }>), id: `c${index}`, at: at(1 + index / 10) }),
  );
  const { marks, width } = layoutTimeline(session, many, { width: 300, now: null });
  expect(width).toBeGreaterThan(300);
  const gaps = marks.slice(1).map(({ x }, index) => x - (marks[index]?.x ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(30);
});

test("the end of the user's time is shown while it matters", () => {
  expect(layoutTimeline(session, entries, { width: 800, now: null }).expiresX).toBeNull();
  expect(
    layoutTimeline({ ...session, status: "awaiting" }, entries.slice(0, 1), { width: 800, now: new Date(at(5)) })
      .expiresX,
  ).not.toBeNull();
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { because, type Explainable, explain } from "../src/explain.ts";
import { PRODUCTS, STATUSES } from "../src/status.ts";
import { describeSubCode, SUB_CODES } from "../src/sub-codes.ts";

const EXPIRES = new Date("2026-01-31T12:30:00Z");
const NEXT = new Date("2026-01-31T12:03:00Z");

const given = (overrides: Partial<Explainable>): Explainable => ({
  product: "FACE_VERIFY",
  status: "awaiting",
  claim: null,
  result: null,
  expiresAt: EXPIRES,
  nextCheckAt: null,
  walkAway: null,
  errorCode: null,
  ...overrides,
});

const yes = { passed: true, subCode: "200" };
const walkAway = { progress: "interrupted", errorCode: null, page: null } as const;

test.each<[Partial<Explainable>, string]>([
  [
    { status: "initializing" },
    "The provider has not confirmed the session yet; it ends by itself at 2026-01-31T12:30:00.000Z.",
  ],
  [
    { status: "initializing", nextCheckAt: NEXT },
    "The provider has not confirmed the session yet; it ends by itself at 2026-01-31T12:03:00.000Z.",
  ],
  [{ status: "awaiting" }, "Waiting for the user, who can finish until 2026-01-31T12:30:00.000Z."],
  [
    { status: "awaiting", nextCheckAt: NEXT },
    "Waiting for the user, who can finish until 2026-01-31T12:30:00.000Z. The provider is asked next at 2026-01-31T12:03:00.000Z.",
  ],
  [
    { status: "claimed", claim: yes },
    "A callback says passed, sub-code 200 (passed); the provider has not confirmed it yet.",
  ],
  [
    { status: "claimed", claim: { passed: false, subCode: "205" }, nextCheckAt: NEXT },
    "A callback says not passed, sub-code 205 (liveness risk, possibly an attack); the provider has not confirmed it yet. The provider is asked next at 2026-01-31T12:03:00.000Z.",
  ],
  [{ status: "passed", result: yes }, "The provider confirmed: passed, sub-code 200 (passed)."],
  [{ status: "passed", result: { passed: true, subCode: null } }, "The provider confirmed: passed."],
  [{ status: "passed", result: { passed: true, subCode: "" } }, "The provider confirmed: passed."],
  [
    { status: "failed", result: { passed: false, subCode: "999" } },
    "The provider confirmed: not passed, sub-code 999.",
  ],
  [{ status: "expired" }, "The user did not finish in time."],
  [{ status: "expired", walkAway }, "The user did not finish in time."],
  [
    { status: "expired", walkAway: { ...walkAway, progress: "not_started" } },
    "The user did not finish in time: the session was never opened.",
  ],
  [
    { status: "expired", walkAway: { ...walkAway, page: "FACE" } },
    "The user did not finish in time: it broke off on page FACE.",
  ],
  [
    { status: "expired", walkAway: { ...walkAway, errorCode: "1016" } },
    "The user did not finish in time: it broke off with client code 1016.",
  ],
  [
    { status: "expired", walkAway: { ...walkAway, page: "FACE", errorCode: "1006" }, nextCheckAt: NEXT },
    "The user did not finish in time: it broke off on page FACE with client code 1006. The provider is asked next at 2026-01-31T12:03:00.000Z.",
  ],
  [
    { status: "init_failed", errorCode: "InvalidParameter" },
    "The provider refused to start the session: InvalidParameter.",
  ],
  [{ status: "init_failed" }, "The session was never confirmed by the provider, so nobody could have finished it."],
  [{ status: "unresolvable" }, "The provider deleted the result before it could be read."],
  [{ status: "voided" }, "A person voided this verification."],
])("%j reads: %s", (held, sentence) => {
  expect(explain(given(held))).toBe(sentence);
});

const moment = fc.date({
  min: new Date("2026-01-01T00:00:00Z"),
  max: new Date("2027-01-01T00:00:00Z"),
  noInvalidDate: true,
});
/** Sub-codes come from outside, so names every object inherits are among them. */
const subCode = fc.oneof(
  fc.stringMatching(/^[A-Z0-9_.-]{0,15}[A-Z0-9]$/),
  fc.constantFrom("constructor", "toString", "__proto__", "valueOf", "hasOwnProperty"),
);
const result = fc.record({ passed: fc.boolean(), subCode: fc.option(subCode) });
const explainable: fc.Arbitrary<Explainable> = fc.record({
  product: fc.constantFrom(...PRODUCTS),
  status: fc.constantFrom(...STATUSES),
  claim: fc.option(result),
  result: fc.option(result),
  expiresAt: moment,
  nextCheckAt: fc.option(moment),
  walkAway: fc.option(
    fc.record({
      progress: fc.constantFrom("finished", "interrupted", "not_started", "unknown"),
      errorCode: fc.option(fc.stringMatching(/^[0-9]{4}$/)),
      page: fc.option(fc.constantFrom("LOADING", "GUIDE", "FACE", "OCR_SCAN")),
    }),
  ),
  errorCode: fc.option(fc.constantFrom("InvalidParameter", "Throttling.Api")),
});

test("whatever is known, the explanation is whole sentences without a hole", () => {
  fc.assert(
    fc.property(explainable, (held) => {
      const sentence = explain(held);
      expect(sentence).toMatch(/^[A-Z].*[^ .]\.$/);
      expect(sentence).not.toMatch(/undefined|\bnull\b|NaN|Invalid Date|\[object|function|native code| {2}| ,/);
    }),
    { numRuns: 2_000 },
  );
});

test.each(Object.entries(SUB_CODES))("sub-code %s is named with its meaning: %s", (code, meaning) => {
  expect(describeSubCode("FACE_VERIFY", code)).toBe(`${code} (${meaning})`);
});

test("the meanings of a face check are not lent to a document", () => {
  expect(describeSubCode("ID_OCR", "204")).toBe("204");
  expect(describeSubCode("ID_OCR", "200")).toBe("200 (passed)");
});

test("a claim that the provider never confirmed is not told as a user who did not finish", () => {
  expect(explain(given({ status: "expired", claim: yes, walkAway }))).toBe(
    "A callback said passed, sub-code 200 (passed), but the provider has no result.",
  );
});

test.each(["", "999", "constructor", "toString", "__proto__", "hasOwnProperty"])(
  "sub-code %j, which nobody has documented, is kept as it is",
  (code) => {
    expect(describeSubCode("FACE_VERIFY", code)).toBe(code);
  },
);

test.each<[Partial<Explainable>, object[]]>([
  [
    { status: "awaiting", nextCheckAt: NEXT },
    [
      { key: "awaits_user", at: EXPIRES },
      { key: "asked_next", at: NEXT },
    ],
  ],
  [
    { status: "failed", result: { passed: false, subCode: "205" } },
    [{ key: "confirmed", passed: false, subCode: "205", known: true }],
  ],
  [
    { status: "failed", product: "ID_OCR", result: { passed: false, subCode: "205" } },
    [{ key: "confirmed", passed: false, subCode: "205", known: false }],
  ],
  [
    { status: "expired", walkAway: { ...walkAway, page: "FACE", errorCode: "1006" } },
    [{ key: "broke_off", page: "FACE", code: "1006" }],
  ],
  [{ status: "init_failed", errorCode: "InvalidParameter" }, [{ key: "start_refused", code: "InvalidParameter" }]],
])("%j is explained in no language, for every language: %j", (held, sentences) => {
  expect(because(given(held))).toMatchObject(sentences);
});

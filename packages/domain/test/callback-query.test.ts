import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentOf, sortParameters, tokenOf } from "../src/callback-query.ts";

type Parameters = (readonly [string, string])[];

/** All that a query says, as the receiver reads it in steps. */
const readCallbackQuery = (pairs: Iterable<readonly [string, string]>) => {
  const sorted = sortParameters(pairs);
  return sorted ? { token: tokenOf(sorted), ...contentOf(sorted) } : { kind: "probe" as const };
};
type CallbackQuery = ReturnType<typeof readCallbackQuery>;

const GOOD: Parameters = [
  ["callbackToken", "k1.token"],
  ["transactionId", "hks0123456789abcdef0123456789abc"],
  ["passed", "Y"],
  ["subCode", "200"],
];

const CLAIM: CallbackQuery = {
  kind: "claim",
  token: "k1.token",
  transactionId: "hks0123456789abcdef0123456789abc",
  claim: { passed: true, subCode: "200" },
  extra: {},
};

/** The good query with one parameter replaced by whatever stands in `instead`, in its place. */
const replaced = (name: string, ...instead: Parameters): Parameters =>
  GOOD.flatMap((parameter) => (parameter[0] === name ? instead : [parameter]));

test("the vendor's sample URL is read as a claim", () => {
  const sample = "https://www.aliyun.com?callbackToken=100000****&transactionId=shaxxxx&passed=Y&subCode=200";
  expect(readCallbackQuery(new URL(sample).searchParams)).toEqual({
    kind: "claim",
    token: "100000****",
    transactionId: "shaxxxx",
    claim: { passed: true, subCode: "200" },
    extra: {},
  });
});

test("names in any letter case and any order say the same", () => {
  const spelled = GOOD.map(([name, value]) => fc.tuple(fc.mixedCase(fc.constant(name)), fc.constant(value)));
  const query = fc.tuple(...spelled).chain((parameters) => fc.shuffledSubarray(parameters, { minLength: GOOD.length }));
  fc.assert(
    fc.property(query, (parameters) => {
      expect(readCallbackQuery(parameters)).toEqual(CLAIM);
    }),
  );
});

test.each([
  ["Y", true],
  ["y", true],
  ["T", true],
  ["t", true],
  ["true", true],
  ["TRUE", true],
  ["True", true],
  ["N", false],
  ["n", false],
  ["F", false],
  ["f", false],
  ["false", false],
  ["FALSE", false],
  ["False", false],
])("passed=%s means %s", (spelling, passed) => {
  expect(readCallbackQuery(replaced("passed", ["passed", spelling]))).toMatchObject({
    kind: "claim",
    claim: { passed },
  });
});

describe("repeats", () => {
  test.each(GOOD)("%s repeated with the same value is read once", (name, value) => {
    expect(readCallbackQuery([...GOOD, [name, value], [name.toUpperCase(), value]])).toEqual(CLAIM);
  });

  test.each(GOOD.slice(1))("%s repeated with another value is malformed, whichever comes first", (name, value) => {
    const other = `${value}9`;
    const answer = {
      kind: "malformed",
      token: "k1.token",
      reason: `${name.toLowerCase()} is repeated with different values`,
    };
    expect(readCallbackQuery([...GOOD, [name, other]])).toEqual(answer);
    expect(readCallbackQuery([[name.toLowerCase(), other], ...GOOD])).toEqual(answer);
  });

  test("of two tokens none is believed", () => {
    const answer = { kind: "malformed", token: "", reason: "callbacktoken is repeated with different values" };
    expect(readCallbackQuery([...GOOD, ["CallbackToken", "k1.other"]])).toEqual(answer);
    expect(readCallbackQuery([...GOOD, ["CallbackToken", "k1.other"], ["callbackToken", "k1.token"]])).toEqual(answer);
  });

  test.each(GOOD)("an empty spelling of %s loses, before and after the one with a value", (name, value) => {
    expect(readCallbackQuery(replaced(name, [name.toLowerCase(), ""], [name, value]))).toEqual(CLAIM);
    expect(readCallbackQuery(replaced(name, [name, value], [name.toUpperCase(), ""]))).toEqual(CLAIM);
  });
});

describe("probes", () => {
  test.each<[string, Parameters]>([
    ["no parameter", []],
    [
      "only parameters of somebody else",
      [
        ["utm_source", "x"],
        ["", ""],
        ["tokens", "1"],
      ],
    ],
    [
      "names every object inherits",
      [
        ["__proto__", "1"],
        ["constructor", "2"],
        ["toString", "3"],
      ],
    ],
  ])("%s is a probe", (_what, parameters) => {
    expect(readCallbackQuery(parameters)).toEqual({ kind: "probe" });
  });

  test.each(GOOD)("%s alone, even empty, is no probe", (name) => {
    expect(readCallbackQuery([[name, ""]]).kind).toBe("malformed");
  });
});

describe("missing and nonsense", () => {
  test("a missing token is left to the token check", () => {
    expect(readCallbackQuery(replaced("callbackToken"))).toEqual({ ...CLAIM, token: "" });
  });

  test.each(["transactionId", "passed", "subCode"])("%s missing or empty is malformed and keeps the token", (name) => {
    const answer = { kind: "malformed", token: "k1.token", reason: `${name.toLowerCase()} is missing` };
    expect(readCallbackQuery(replaced(name))).toEqual(answer);
    expect(readCallbackQuery(replaced(name, [name, ""]))).toEqual(answer);
  });

  test.each([
    ["transactionId", " hks1", "transactionid is not an id"],
    ["transactionId", "hks1\n", "transactionid is not an id"],
    ["transactionId", "hks1\0", "transactionid is not an id"],
    ["transactionId", "hks 1", "transactionid is not an id"],
    ["transactionId", "事务", "transactionid is not an id"],
    ["transactionId", "hks1\x7f", "transactionid is not an id"],
    ["transactionId", "x".repeat(65), "transactionid is not an id"],
    ["passed", "P", "passed is neither yes nor no"],
    ["passed", "1", "passed is neither yes nor no"],
    ["passed", "200", "passed is neither yes nor no"],
    ["passed", "yes", "passed is neither yes nor no"],
    ["passed", " Y", "passed is neither yes nor no"],
    ["passed", "constructor", "passed is neither yes nor no"],
    ["subCode", "2 00", "subcode is not a code"],
    ["subCode", "<script>", "subcode is not a code"],
    ["subCode", "200\n", "subcode is not a code"],
    ["subCode", "2".repeat(17), "subcode is not a code"],
  ])("%s=%j is malformed, and the reason does not repeat it", (name, value, reason) => {
    expect(readCallbackQuery(replaced(name, [name, value]))).toEqual({ kind: "malformed", token: "k1.token", reason });
  });

  test.each([
    ["transactionId", "x".repeat(64)],
    ["transactionId", "a.b-c_d:e"],
    ["transactionId", "!/+=&%'\"<>~"],
    ["subCode", "2".repeat(16)],
    ["subCode", "A1006_2"],
  ])("%s=%s is still within what the provider may send", (name, value) => {
    expect(readCallbackQuery(replaced(name, [name, value])).kind).toBe("claim");
  });
});

describe("extras", () => {
  test("parameters of somebody else are kept as they came", () => {
    const read = readCallbackQuery([["orderId", "A 1"], ...GOOD, ["Empty", ""]]);
    expect(read).toEqual({ ...CLAIM, extra: { orderId: "A 1", Empty: "" } });
  });

  test("what no store could keep of them is mended, so that it costs nobody the callback", () => {
    const read = readCallbackQuery([...GOOD, ["a\0", "\0b"], ["\ud800", "x\udc00"]]);
    expect(read).toEqual({ ...CLAIM, extra: { "a\uFFFD": "\uFFFDb", "\uFFFD": "x\uFFFD" } });
  });

  test("names every object inherits are plain names here", () => {
    const read = readCallbackQuery([...GOOD, ["__proto__", "x"], ["constructor", "y"], ["hasOwnProperty", "z"]]);
    if (read.kind !== "claim") throw new Error("the claim was not read");
    expect(Object.entries(read.extra)).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
      ["hasOwnProperty", "z"],
    ]);
    expect(Object.getPrototypeOf(read.extra)).toBe(Object.prototype);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

const anyName = fc.oneof(
  fc.mixedCase(fc.constantFrom("callbackToken", "transactionId", "passed", "subCode")),
  fc.constantFrom("__proto__", "constructor", "toString", ""),
  fc.string({ unit: "binary" }),
);
const anyValue = fc.oneof(fc.constantFrom("", "Y", "n", "200", "hks1", "k1.token"), fc.string({ unit: "binary" }));
const REASON =
  /^(callbacktoken|transactionid|passed|subcode) is (missing|not an id|not a code|neither yes nor no|repeated with different values)$/;

test("no input makes it throw, and whatever it calls a claim is well formed", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyName, anyValue), { maxLength: 12 }), (parameters) => {
      const read = readCallbackQuery(parameters);
      if (read.kind === "malformed") expect(read.reason).toMatch(REASON);
      if (read.kind === "claim") {
        expect(read.transactionId).toMatch(/^[\x21-\x7e]{1,64}$/);
        expect(read.claim.subCode).toMatch(/^[A-Za-z0-9_.-]{1,16}$/);
      }
      if (read.kind === "probe")
        expect(parameters.some(([name]) => /^(callbacktoken|passed)$/i.test(name))).toBe(false);
    }),
    { numRuns: 3_000 },
  );
});

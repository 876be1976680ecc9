import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { queryPairs } from "../src/query-pairs.ts";

const MOST = 32;

const pairsOf = (raw: string, most = MOST) => {
  const pairs = queryPairs(raw, most);
  return pairs && [...pairs];
};

/** URLSearchParams drops one leading question mark, so this one leaves any of the text's own in place. */
const asUrlSearchParams = (raw: string) => [...new URLSearchParams(`?${raw}`)];

/** Texts made of what has a meaning in a query, whole and broken. */
const queryText = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom("a", "b", "passed", "=", "=", "&", "&", "&&", "==", "&=&", "?", "#", ";"),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom("%", "+", "%2", "%20", "%zz", "%26", "%3D", "%00", "%C0%80", "%ED%A0%80"),
      },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(""));
/** The same without anything escaped: these are read in one pass. */
const plainText = queryText.map((text) => text.replaceAll(/[%+]/g, ""));

test.each<[string, [string, string][]]>([
  ["", []],
  ["&", []],
  ["&&&", []],
  ["a", [["a", ""]]],
  ["a=", [["a", ""]]],
  ["=", [["", ""]]],
  ["=a", [["", "a"]]],
  ["a=b=c", [["a", "b=c"]]],
  [
    "a&b=c",
    [
      ["a", ""],
      ["b", "c"],
    ],
  ],
  [
    "&a=1&&b=2&",
    [
      ["a", "1"],
      ["b", "2"],
    ],
  ],
  [
    "a=1&a=2",
    [
      ["a", "1"],
      ["a", "2"],
    ],
  ],
  ["a=%41+%42", [["a", "A B"]]],
  [
    "%61=1&b",
    [
      ["a", "1"],
      ["b", ""],
    ],
  ],
  ["a=%", [["a", "%"]]],
  ["a=%zz%4", [["a", "%zz%4"]]],
  ["a=%C0%80", [["a", "\uFFFD\uFFFD"]]],
  ["__proto__=1", [["__proto__", "1"]]],
])("%j", (raw, pairs) => {
  expect(pairsOf(raw)).toEqual(pairs);
});

describe("any text is read exactly as URLSearchParams reads it,", () => {
  test.each([
    ["with something escaped or without", queryText],
    ["without anything escaped", plainText],
    ["of any letters", fc.string({ unit: "binary" })],
  ])("%s", (_, text) => {
    fc.assert(
      fc.property(text, (raw) => {
        expect(pairsOf(raw, Number.POSITIVE_INFINITY)).toEqual(asUrlSearchParams(raw));
      }),
      { numRuns: 2_000 },
    );
  });

  test("and a question mark of its own belongs to the first name, whatever else the text holds", () => {
    expect(pairsOf("?a=1")).toEqual([["?a", "1"]]);
    expect(pairsOf("?a=1&b=%20")).toEqual([
      ["?a", "1"],
      ["b", " "],
    ]);
  });
});

test("too many pairs are null, and only those", () => {
  fc.assert(
    fc.property(fc.oneof(queryText, plainText), fc.nat({ max: 6 }), (raw, most) => {
      const pairs = asUrlSearchParams(raw);
      expect(pairsOf(raw, most)).toEqual(pairs.length > most ? null : pairs);
    }),
    { numRuns: 2_000 },
  );
});

test.each(["a=1", "a=%20", "a", "="])("the limit counts pairs like %s, not what stands between them", (pair) => {
  const many = (count: number) => Array.from({ length: count }, () => pair).join("&&");
  expect(pairsOf(many(MOST))).toHaveLength(MOST);
  expect(pairsOf(`&&${many(MOST)}&&`)).toHaveLength(MOST);
  expect(pairsOf(many(MOST + 1))).toBeNull();
  expect(pairsOf(many(10_000))).toBeNull();
});

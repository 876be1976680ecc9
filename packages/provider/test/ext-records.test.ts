import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDuplicateFaces, parseExtRecord } from "../src/ext-records.ts";

describe("an Ext* record", () => {
  const record = { facePassed: "Y", faceComparisonScore: 99.99 };
  const once = JSON.stringify(record);

  test.each<[string, unknown]>([
    ["JSON as text", once],
    ["an object already", record],
    ["encoded twice", JSON.stringify(once)],
    ["with space around", ` ${once}\n`],
  ])("%s is read", (_what, given) => {
    expect(parseExtRecord(given)).toEqual(record);
  });

  test.each<[string, unknown]>([
    ["absent", undefined],
    ["null", null],
    ["empty", ""],
    ["blank", " "],
    ["JSON null", "null"],
    ["a number", 7],
    ["a number as text", "7"],
    ["true", true],
    ["a list", [record]],
    ["a list as text", "[]"],
    ["half a JSON", once.slice(0, -1)],
    ["words", "not available"],
    ["masked as in the documentation", "****"],
    ["encoded three times", JSON.stringify(JSON.stringify(once))],
    ["brackets without end", "[".repeat(200_000)],
  ])("%s is nothing", (_what, given) => {
    expect(parseExtRecord(given)).toBeNull();
  });

  test("characters no database can hold are replaced, also inside", () => {
    expect(parseExtRecord('{"a":"x\\u0000y","b":"\\ud800","c":"\\ud83d\\ude42","d":"\\\\u0000"}')).toEqual({
      a: "x\ufffdy",
      b: "\ufffd",
      c: "🙂",
      d: "\\u0000",
    });
  });

  test("a record of any depth is read", () => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(Object.keys(parseExtRecord(deep) ?? {})).toEqual(["a"]);
  });
});

describe("similar faces", () => {
  const face = { faceGroupCode: "g1", faceId: "f1", merchantUserId: "u1" };

  test.each<[string, unknown, unknown[]]>([
    ["a list as text", JSON.stringify([face]), [face]],
    ["a list", [face, face], [face, face]],
    ["encoded twice", JSON.stringify(JSON.stringify([face])), [face]],
    ["a face that stands alone", face, [face]],
    ["a number for an id", [{ ...face, faceId: 7 }], [{ ...face, faceId: "7" }]],
    ["fields still to come", [{ ...face, score: 99 }], [{ ...face, score: 99 }]],
    ["none", "[]", []],
    ["absent", undefined, []],
    ["null", null, []],
    ["empty", "", []],
    ["words", "none", []],
    ["a number", 7, []],
  ])("%s", (_what, given, faces) => {
    expect(parseDuplicateFaces(given)).toEqual(faces);
  });

  test("a face that cannot be read still counts, or a stranger's face could pass for nobody's", () => {
    expect(parseDuplicateFaces([face, null, "x", { merchantUserId: {} }])).toHaveLength(4);
    expect(parseDuplicateFaces([{ merchantUserId: { a: 1 } }])[0]?.merchantUserId).toBeUndefined();
  });
});

test("whatever comes, nothing is thrown", () => {
  const values = fc.oneof(
    fc.anything(),
    fc.json(),
    fc.string({ unit: "binary" }),
    fc.json().map((text) => JSON.stringify(text)),
  );
  fc.assert(
    fc.property(values, (given) => {
      const record = parseExtRecord(given);
      expect(record === null || typeof record === "object").toBe(true);
      expect(Array.isArray(parseDuplicateFaces(given))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

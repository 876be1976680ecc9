import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64url } from "../src/decode-base64url.ts";

const decoded = (text: string, start: number, bytes: number): string | null => {
  const into = Buffer.alloc(bytes, 0xaa);
  return decodeBase64url(text, start, into) ? into.toString("hex") : null;
};
const threes = fc.integer({ min: 0, max: 20 }).chain((n) => fc.uint8Array({ minLength: 3 * n, maxLength: 3 * n }));
const DIGIT = /^[A-Za-z0-9_-]$/;

test("reads what Buffer writes, wherever it stands", () => {
  fc.assert(
    fc.property(threes, fc.string({ maxLength: 8, unit: "binary" }), (bytes, before) => {
      const text = before + Buffer.from(bytes).toString("base64url");
      expect(decoded(text, before.length, bytes.length)).toBe(Buffer.from(bytes).toString("hex"));
    }),
  );
});

describe("what is not base64url is refused:", () => {
  test("any letter in any place that is no digit", () => {
    const letter = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      fc.constantFrom("+", "/", "=", " ", "%"),
    );
    fc.assert(
      fc.property(threes, fc.nat(), letter, (bytes, place, wrong) => {
        fc.pre(bytes.length > 0 && wrong.length === 1 && !DIGIT.test(wrong));
        const text = Buffer.from(bytes).toString("base64url");
        const at = place % text.length;
        expect(decoded(text.slice(0, at) + wrong + text.slice(at + 1), 0, bytes.length)).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["a digit too few", "AAA"],
    ["a digit too many", "AAAAA"],
    ["nothing", ""],
  ])("%s", (_, text) => {
    expect(decoded(text, 0, 3)).toBeNull();
    expect(decoded(`k.${text}`, 2, 3)).toBeNull();
  });

  test("a text that ends before it begins", () => {
    expect(decoded("AAAA", 8, 3)).toBeNull();
  });
});

import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { rememberingOne } from "../src/remembering-one.ts";

test("answers as the function itself, whatever was asked before", () => {
  const upper = (text: string) => text.toUpperCase();
  fc.assert(
    fc.property(fc.array(fc.constantFrom("", "a", "b", "ab")), (asked) => {
      const remembering = rememberingOne(upper);
      expect(asked.map(remembering)).toEqual(asked.map(upper));
    }),
  );
});

test("finds once what is asked again and again, undefined and the empty text too", () => {
  const find = vi.fn(() => undefined);
  const remembering = rememberingOne(find);
  for (const text of ["", "", "a", "a", "a"]) remembering(text);
  expect(find.mock.calls).toEqual([[""], ["a"]]);
});

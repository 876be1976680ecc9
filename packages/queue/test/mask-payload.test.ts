import fc from "fast-check";
import { expect, test } from "vitest";
import { maskPayload } from "../src/mask-payload.ts";

const ID = "01a20291-9697-767c-a02b-011485819232";

test.each<[unknown, unknown]>([
  [{ receiptIds: [ID, ID] }, { receiptIds: [ID, ID] }],
  [{ route: "default" }, { route: "default" }],
  [{ claims: '[["Ada Lindqvist"]]' }, { claims: "•••• (19)" }],
  [{ a: { b: [1, true, null, "a token.of-theirs"] } }, { a: { b: [1, true, null, "•••• (17)"] } }],
  [undefined, undefined],
])("%j is shown as %j", (payload, shown) => {
  expect(maskPayload(payload)).toEqual(shown);
});

test("of whatever is neither an id nor a name of ours, nothing but its length is shown", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4 }), (text) => {
      fc.pre(!/^[a-z0-9][a-z0-9_-]*$/.test(text));
      expect(maskPayload({ text })).toEqual({ text: `•••• (${text.length})` });
    }),
  );
});

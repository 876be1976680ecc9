import { expect, test } from "vitest";
import { OUTCOMES, reasonFor, sayReason } from "../src/pages/work/outcomes.ts";
import { en } from "../src/text/en/index.ts";
import { zh } from "../src/text/zh/index.ts";

test.each(OUTCOMES)(
  "a case closed as %s is on record the same way for everybody, and read in one's own language",
  (one) => {
    expect(sayReason(reasonFor(one, ""), en)).toBe(en.work.outcomes[one]);
    expect(sayReason(reasonFor(one, " seen twice "), en)).toBe(`${en.work.outcomes[one]}: seen twice`);
    expect(sayReason(reasonFor(one, "seen twice"), zh)).toBe(`${zh.work.outcomes[one]}：seen twice`);
  },
);

test("a reason that names no outcome is read as it stands, and none is longer than the API takes", () => {
  expect(sayReason("our own test", zh)).toBe("our own test");
  expect(reasonFor("explained", "x".repeat(600))).toHaveLength(500);
});

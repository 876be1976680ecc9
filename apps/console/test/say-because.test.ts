import { because, type Explainable, explain, PRODUCTS, STATUSES } from "@verdict/domain";
import { expect, test } from "vitest";
import { en } from "../src/text/en/index.ts";
import { sayBecause } from "../src/text/say-because.ts";
import { zh } from "../src/text/zh/index.ts";

const AT = new Date("2026-01-31T12:30:00Z");

/** Every combination of what an explanation can be made from. */
const CASES = PRODUCTS.flatMap((product) =>
  STATUSES.flatMap((status) =>
    [null, { passed: false, subCode: "205" }, { passed: true, subCode: "" }, { passed: true, subCode: "999" }].flatMap(
      (said) =>
        [null, "not_started", "interrupted"].flatMap((progress) =>
          [null, AT].map(
            (nextCheckAt): Explainable => ({
              ...{ product, status, claim: said, result: said, expiresAt: AT, nextCheckAt },
              walkAway: progress ? { progress: progress as "interrupted", page: "FACE", errorCode: "1006" } : null,
              errorCode: said ? "InvalidParameter" : null,
            }),
          ),
        ),
    ),
  ),
);

const told = (held: Explainable) => because(held).map((one) => ({ ...one, at: one.at?.toISOString() ?? null }));

test("in English the console says of every state what the rules themselves say", () => {
  for (const held of CASES) expect(sayBecause(told(held), en, "")).toBe(explain(held));
});

test("in Chinese it says whole sentences with the same times and codes", () => {
  for (const held of CASES) {
    const said = sayBecause(told(held), zh, "");
    expect(said).toMatch(/^\P{Script=Latin}.*。$/u);
    expect(said.match(/。/g)?.length).toBeGreaterThanOrEqual(because(held).length);
    expect(said).not.toMatch(/undefined|null|NaN/);
    const facts = explain(held).match(/\d{4}-[\d:.TZ-]+Z|\b(205|999|1006|FACE|InvalidParameter)\b/g) ?? [];
    for (const fact of facts) expect(said).toContain(fact);
  }
});

test("a sentence that a later API adds is read in the API's own words", () => {
  const later = [{ ...told(CASES[0] as Explainable)[0], key: "unheard_of" }] as unknown as Parameters<
    typeof sayBecause
  >[0];
  expect(sayBecause(later, zh, "Something new.")).toBe("Something new.");
});

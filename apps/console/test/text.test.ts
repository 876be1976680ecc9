import { SUB_CODES } from "@verdict/domain";
import { expect, test } from "vitest";
import { adminPages as enAdmin } from "../src/text/en/admin-pages.ts";
import { en } from "../src/text/en/index.ts";
import { adminPages as zhAdmin } from "../src/text/zh/admin-pages.ts";
import { zh } from "../src/text/zh/index.ts";

/** Every place in a dictionary with the kind of what stands there. */
const shapeOf = (value: unknown, path = ""): string[] =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, held]) => shapeOf(held, `${path}.${key}`))
    : [`${path} ${Array.isArray(value) ? `list of ${value.length}` : typeof value}`];

test("both languages have the same words", () => {
  expect(shapeOf({ ...zh, ...zhAdmin })).toEqual(shapeOf({ ...en, ...enAdmin }));
});

test("no word is empty", () => {
  const empty = [en, zh, enAdmin, zhAdmin].flatMap((text) => JSON.stringify(text).match(/"[^"]+":"\s*"/g) ?? []);
  expect(empty).toEqual([]);
});

test("sub-codes mean what the rules say they mean", () => {
  expect(en.subCodes).toEqual(SUB_CODES);
});

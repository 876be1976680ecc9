import { expect, test } from "vitest";
import { postgresSchema, redisPrefix } from "../src/namespace.ts";

test.each([
  ["verdict", "verdict_queue"],
  ["acme_eu", "acme_eu_queue"],
])("the prefix %s has the schema %s", (prefix, schema) => {
  expect(postgresSchema(prefix)).toBe(schema);
});

test("prefixes that bend to the same word still have schemas of their own, each a plain name of at most 63 bytes", () => {
  const prefixes = ["a-b", "a_b", "A-b", "a b", 'a"b', "1a", "é".repeat(90), "x".repeat(90), "x".repeat(91), ""];
  const schemas = prefixes.map(postgresSchema);
  expect(new Set(schemas).size).toBe(prefixes.length);
  for (const schema of schemas) expect(schema).toMatch(/^[a-z_][a-z0-9_]{0,62}$/);
});

test.each(["verdict", "{verdict}"])("the prefix %s is one hash tag in Redis", (prefix) => {
  expect(redisPrefix(prefix)).toBe("{verdict}");
});

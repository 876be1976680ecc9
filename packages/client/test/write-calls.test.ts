import { expect, test } from "vitest";
import { typeOfSchema } from "../src/generate/type-of-schema.ts";
import { writeCalls } from "../src/generate/write-calls.ts";

test.each([
  [{ type: "string", enum: ["a", "b"] }, `"a" | "b"`],
  [{ type: ["string", "null"] }, "string | null"],
  [{ type: "array", items: { type: ["string", "null"] } }, "(string | null)[]"],
  [{ type: "object", properties: { a: { type: "integer" } }, required: ["a"] }, "{ a: number }"],
  [{ type: "object", properties: { "a-b": { type: "boolean" } } }, `{ "a-b"?: boolean }`],
  [{ type: "object", additionalProperties: { type: "number" } }, "Record<string, number>"],
  [{ anyOf: [{ const: 1 }, { type: "null" }] }, "1 | null"],
  [
    { type: "array", items: { type: "object", properties: { a: {} }, additionalProperties: {} } },
    "({ a?: unknown } & Record<string, unknown>)[]",
  ],
  [{ type: "weird" }, "unknown"],
])("a schema becomes a type: %j", (schema, type) => {
  expect(typeOfSchema(schema)).toBe(type);
});

test("a call is written with what it takes and what it answers", () => {
  const text = writeCalls({
    paths: {
      "/v1/things/{id}": {
        get: {
          summary: "Look up a thing",
          parameters: [
            { name: "id", in: "path", required: true, schema: { type: "string" } },
            { name: "wait", in: "query", schema: { type: "integer" } },
          ],
          responses: {
            "200": {
              content: { "application/json": { schema: { type: "object", properties: { id: { type: "string" } } } } },
            },
            "404": { content: { "application/problem+json": {} } },
          },
        },
      },
    },
  });
  expect(text).toContain(
    `"GET /v1/things/{id}": { input: { path: { id: string }; query?: { wait?: number } }; output: { id?: string } };`,
  );
});

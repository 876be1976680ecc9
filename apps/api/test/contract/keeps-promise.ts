import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect } from "vitest";
import type { Promised } from "./document.ts";

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);

/** Holds an answer against what the document promises: status, kind, code, every field of the body, and the headers. */
export async function keepsPromise(response: Response, promised: Promised): Promise<void> {
  const stream = promised.type === "text/event-stream" && response.status === 200;
  const text = stream ? "" : await response.text();
  if (stream) await response.body?.cancel();
  const kind = response.headers.get("Content-Type")?.split(";")[0] ?? null;
  expect({ status: response.status, kind }, text).toEqual({ status: promised.status, kind: promised.type });
  expect(response.headers.get("Cache-Control")).toContain("no-store");
  expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
  if (promised.status === 401) expect(response.headers.get("WWW-Authenticate")).toBe('Bearer realm="verdict"');
  if (promised.status === 503) expect(response.headers.get("Retry-After")).toMatch(/^\d+$/);
  if (promised.schema === null || !/[/+]json$/.test(promised.type ?? "")) return;

  const body = JSON.parse(text) as Record<string, unknown>;
  if (promised.code !== null) expect(body).toMatchObject({ code: promised.code, status: promised.status });
  const fits = ajv.compile(closed(promised.schema));
  fits(body);
  expect(fits.errors ?? [], text).toEqual([]);
}

/** The same schema, in which fields that it does not name are faults: what is answered is documented. */
export function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const open = "properties" in inner && !("additionalProperties" in inner);
  return (open ? { ...inner, additionalProperties: false } : inner) as T;
}

import { fromWire, wireName } from "@verdict/provider";
import type { z } from "zod";
import { type RpcAnswer, refusal } from "./answers.ts";

/** Parameters in the wire's spelling. An empty one counts as not given. */
export type Parameters = Readonly<Record<string, string>>;

/** The real gateway takes parameters from the query and from an urlencoded body alike (provider notes, section 2.2). */
export function mergeParameters(query: URLSearchParams, contentType: string, body: Uint8Array): Parameters {
  const isForm = contentType === "" || contentType.startsWith("application/x-www-form-urlencoded");
  const form = new URLSearchParams(isForm ? new TextDecoder().decode(body) : "");
  return Object.fromEntries([...query, ...form].filter(([, value]) => value !== ""));
}

export type ReadRequest<T> = { kind: "read"; request: T } | { kind: "refused"; answer: RpcAnswer };

/** Checks parameters against the schema that Verdict's own client and API use. A refusal names the parameter. */
export function readRequest<T>(schema: z.ZodType<T>, parameters: Readonly<Record<string, unknown>>): ReadRequest<T> {
  const given = fromWire(parameters);
  const read = schema.safeParse(given);
  if (read.success) return { kind: "read", request: read.data };

  const issues = read.error.issues.map(({ path, message }) => ({ name: String(path[0]), message }));
  const missing = issues.find(({ name }) => given[name] === undefined);
  if (missing) return { kind: "refused", answer: missingParameter(wireName(missing.name)) };
  const [first] = issues;
  return { kind: "refused", answer: invalidParameter(wireName(first?.name ?? ""), first?.message ?? "") };
}

export const missingParameter = (name: string): RpcAnswer =>
  refusal("MissingParameter", `${name} is mandatory for this action.`);

export const invalidParameter = (name: string, why: string): RpcAnswer =>
  refusal("InvalidParameter", `The parameter ${name} is invalid: ${why}.`);

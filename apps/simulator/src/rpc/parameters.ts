import { fromWire, requestFromWire, wireName } from "@verdict/provider";
import type { z } from "zod";
import { BASE64_LENGTH_MAX } from "../pictures/judge-picture.ts";
import { type RpcAnswer, refusal } from "./answers.ts";

/** Parameters in the wire's spelling. An empty one counts as not given. */
export type Parameters = Readonly<Record<string, string>>;

export type ReadParameters = {
  /** All of them as they came, for the signature to be computed over. */
  query: readonly (readonly [string, string])[];
  form: readonly (readonly [string, string])[];
  merged: Parameters;
  /** What is wrong with them as a whole. Told only to those who may enter. */
  mistake: RpcAnswer | null;
};

const PARAMETERS_MAX = 200;
const PICTURES = ["FacePictureBase64", "SourceFacePicture", "TargetFacePicture"];
/** More than the longest documented one may have, MetaInfo with 16,384. */
const TEXT_LENGTH_MAX = 20_000;

/**
 * The real gateway takes parameters from the query and from an urlencoded body alike (provider notes, section 2.2). Null: more
 * of them than anybody needs; they are counted before they are taken apart.
 */
export function readParameters(search: string, contentType: string, body: Uint8Array): ReadParameters | null {
  const isForm = contentType === "" || contentType.startsWith("application/x-www-form-urlencoded");
  const bodyText = isForm ? new TextDecoder().decode(body) : "";
  if (countOf(search) + countOf(bodyText) > PARAMETERS_MAX) return null;

  const [query, form] = [[...new URLSearchParams(search)], [...new URLSearchParams(bodyText)]];
  const all = [...query, ...form];
  const merged = Object.fromEntries(all.filter(([, value]) => value !== ""));
  return { query, form, merged, mistake: mistakeIn(all) };
}

function countOf(text: string): number {
  let count = text === "" ? 0 : 1;
  for (let at = text.indexOf("&"); at >= 0 && count <= PARAMETERS_MAX; at = text.indexOf("&", at + 1)) count += 1;
  return count;
}

function mistakeIn(all: readonly (readonly [string, string])[]): RpcAnswer | null {
  const seen = new Set<string>();
  for (const [name, value] of all) {
    const shown = name.slice(0, 64);
    if (seen.has(name)) return invalidParameter(shown, "it is given more than once");
    seen.add(name);
    // A text decoder leaves U+FFFD where it found bytes that are no UTF-8.
    if (/[\0\ufffd]/.test(name) || /[\0\ufffd]/.test(value))
      return invalidParameter(shown, "it is not plain UTF-8 text");
    if (!PICTURES.includes(name) && value.length > TEXT_LENGTH_MAX) return invalidParameter(shown, "it is too long");
  }
  return null;
}

/** A picture above the limit has a code of its own, which the schema cannot know. */
export function tooLargePicture(parameters: Parameters): RpcAnswer | null {
  const name = PICTURES.find((picture) => (parameters[picture] ?? "").length > BASE64_LENGTH_MAX);
  return name === undefined ? null : refusal("ToolargeImage", `The picture ${name} cannot be used: it is above 1 MB.`);
}

export type ReadRequest<T> = { kind: "read"; request: T } | { kind: "refused"; answer: RpcAnswer };

/** Checks parameters against the schema that Verdict's own client and API use. A refusal names the parameter. */
export function readRequest<T>(schema: z.ZodType<T>, parameters: Parameters): ReadRequest<T> {
  const given = fromWire(parameters);
  const read = schema.safeParse(requestFromWire(parameters));
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

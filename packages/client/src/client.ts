import type { Calls } from "./calls.ts";
import { refusalOf, UnreachableError } from "./problem-error.ts";

export type CallName = keyof Calls;
export type InputOf<Name extends CallName> = Calls[Name]["input"];
export type OutputOf<Name extends CallName> = Calls[Name]["output"];

type ClientOptions = {
  /** Where the API is; empty: where the page came from. */
  baseUrl?: string;
  /** An API key. Not given: the browser's session. */
  key?: string;
  fetch?: typeof fetch;
};

type Input = { path?: object; query?: object; body?: unknown };

/** A call without anything required is made without an argument. */
type Arguments<Name extends CallName> =
  Record<never, never> extends InputOf<Name>
    ? [input?: InputOf<Name>, options?: { signal?: AbortSignal }]
    : [input: InputOf<Name>, options?: { signal?: AbortSignal }];

/**
 * A client of the API: `call("GET /v1/verifications/{id}", { path: { id } })`. Knows every call, what it takes and what it answers.
 * Throws a ProblemError when the API refuses and an UnreachableError when there is none.
 */
export function createClient({ baseUrl = "", key, fetch: ask = fetch }: ClientOptions = {}) {
  return async function call<Name extends CallName>(name: Name, ...rest: Arguments<Name>): Promise<OutputOf<Name>> {
    const [input, options] = rest;
    const [method = "GET", path = ""] = name.split(" ");
    const { body, ...where } = (input ?? {}) as Input;
    const response = await ask(baseUrl + pathOf(path, where), {
      method,
      headers: {
        Accept: "application/json",
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(key !== undefined && { Authorization: `Bearer ${key}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(options?.signal && { signal: options.signal }),
    }).catch((error: unknown) => {
      throw options?.signal?.aborted ? error : new UnreachableError(error);
    });
    if (!response.ok) throw await refusalOf(response);
    return (response.status === 204 ? null : await response.json()) as OutputOf<Name>;
  };
}

export type Client = ReturnType<typeof createClient>;

/** A path with its parameters filled in. Of the query, what is undefined is left out, and lists are joined by commas. */
export function pathOf(path: string, { path: names = {}, query = {} }: Input): string {
  const filled = Object.entries(names).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(String(value))),
    path,
  );
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, Array.isArray(value) ? value.join(",") : String(value)]],
  );
  const search = new URLSearchParams(pairs as string[][]).toString();
  return search ? `${filled}?${search}` : filled;
}

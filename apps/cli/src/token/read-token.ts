/** A token as it is given to us: by itself, or within the address of a callback, which also names the route. */
export type GivenToken = { token: string; route: string | null };

/** Takes a token out of a callback's address, by any spelling of its parameter; anything else is the token itself. */
export function readToken(text: string): GivenToken {
  const url = /^https?:/.test(text) ? URL.parse(text) : null;
  if (!url) return { token: text.trim(), route: null };
  const [, token = ""] = [...url.searchParams].find(([name]) => name.toLowerCase() === "callbacktoken") ?? [];
  const route = /\/callbacks\/([^/]+)/.exec(url.pathname)?.[1] ?? null;
  return { token, route };
}

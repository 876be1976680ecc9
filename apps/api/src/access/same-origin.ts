const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a call that a browser sends cookies along with was made by a page of ours. One that changes nothing may come from
 * anywhere: its answer can be read by our pages only. Another has to name its origin, as all browsers do.
 */
export function isSameOrigin(method: string, headers: Headers, trusted: readonly string[]): boolean {
  if (SAFE.has(method)) return true;
  const site = headers.get("Sec-Fetch-Site");
  if (site !== null && site !== "same-origin") return false;
  const origin = headers.get("Origin");
  return origin !== null && trusted.includes(origin);
}

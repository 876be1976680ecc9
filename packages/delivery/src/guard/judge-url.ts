import { type AllowList, isListed, type Target } from "./allow-list.ts";
import { type HostRefusal, judgeHost } from "./judge-host.ts";

/** Why a URL may not be sent to. */
export type UrlRefusal = "too_long" | "not_a_url" | "not_https" | "credentials" | "fragment" | HostRefusal;

export type UrlVerdict = { ok: true; url: URL; target: Target } | { ok: false; reason: UrlRefusal };

/** Longest URL that is taken, in characters. */
export const URL_LENGTH_MAX = 2_048;

/** Scheme, then what stands before path, query and fragment. Stricter than a URL parser, which mends what is broken. */
const STRICT = /^(https?):\/\/([^/?#]+)([/?][^#]*)?(#.*)?$/i;

/**
 * Judges a URL as somebody typed it, before it is saved and again before each sending: https, or http to a host on the
 * allow-list; no user, password or fragment; a host written the way it is meant, that is not internal or is allowed. What
 * a name leads to is judged apart, by resolving it.
 */
export function judgeUrl(text: string, allowed: AllowList): UrlVerdict {
  if (text.length > URL_LENGTH_MAX) return { ok: false, reason: "too_long" };
  // A parser drops tabs and line breaks, and takes a backslash for a slash: others may read another host.
  if (/[\s\\\p{Cc}]/u.test(text)) return { ok: false, reason: "not_a_url" };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "https" && scheme !== "http") return { ok: false, reason: "not_https" };
  const [, , authority, , fragment] = STRICT.exec(text) ?? [];
  const url = URL.parse(text);
  if (authority === undefined) return { ok: false, reason: "not_a_url" };
  if (authority.includes("@")) return { ok: false, reason: "credentials" };
  if (fragment !== undefined) return { ok: false, reason: "fragment" };
  const [, host = "", portText] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(authority) ?? [];
  if (host === "") return { ok: false, reason: "bad_host" };
  const port = portText === undefined ? (scheme === "https" ? 443 : 80) : Number(portText);
  if (port < 1 || port > 65_535) return { ok: false, reason: "bad_host" };
  const judged = judgeHost(host, port, allowed);
  if (!judged.ok) return judged;
  if (!url) return { ok: false, reason: "not_a_url" };
  if (scheme === "http" && !isListed(allowed, judged.target)) return { ok: false, reason: "not_https" };
  return { ok: true, url, target: judged.target };
}

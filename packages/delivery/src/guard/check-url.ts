import type { AllowList } from "./allow-list.ts";
import type { HostRefusal } from "./judge-host.ts";
import { judgeHost } from "./judge-host.ts";
import { judgeUrl, type UrlRefusal } from "./judge-url.ts";
import { type Resolve, resolveTarget } from "./resolve-target.ts";

/** A name that does not resolve yet is no reason to refuse: the endpoint may still be set up. */
type Accepted = { ok: true; warning: "unresolved" | null };

type Deps = { allowed: AllowList; resolve: Resolve };

/** Judges a URL before it is saved, and what its name leads to at the moment. Sending judges both again. */
export async function checkUrl(text: string, deps: Deps): Promise<Accepted | { ok: false; reason: UrlRefusal }> {
  const verdict = judgeUrl(text, deps.allowed);
  return verdict.ok ? checkTarget(verdict.target, deps) : verdict;
}

/** The same for a mail server. */
export async function checkHost(
  host: string,
  port: number,
  deps: Deps,
): Promise<Accepted | { ok: false; reason: HostRefusal }> {
  const verdict = judgeHost(host, port, deps.allowed);
  return verdict.ok ? checkTarget(verdict.target, deps) : verdict;
}

async function checkTarget(target: Parameters<typeof resolveTarget>[0], { allowed, resolve }: Deps) {
  const resolution = await resolveTarget(target, allowed, resolve);
  switch (resolution.kind) {
    case "refused":
      return { ok: false as const, reason: resolution.reason };
    case "unresolved":
      return { ok: true as const, warning: "unresolved" as const };
    case "resolved":
      return { ok: true as const, warning: null };
  }
}

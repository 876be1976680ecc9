import { type AllowList, isListed } from "../guard/allow-list.ts";
import { checkHost, checkUrl } from "../guard/check-url.ts";
import { judgeHost } from "../guard/judge-host.ts";
import type { UrlRefusal } from "../guard/judge-url.ts";
import type { Resolve } from "../guard/resolve-target.ts";
import type { ChannelConfig } from "./channel.ts";
import { pagerdutyUrl } from "./pagerduty.ts";

export type ChannelCheck =
  | { ok: true; warning: "unresolved" | null }
  | { ok: false; field: "url" | "host" | "security"; reason: UrlRefusal };

/** Judges where a channel sends to, before it is saved. Sending judges it again. */
export async function checkChannel(
  config: ChannelConfig,
  deps: { allowed: AllowList; resolve: Resolve },
): Promise<ChannelCheck> {
  if (config.kind !== "email") {
    const checked = await checkUrl(config.kind === "pagerduty" ? pagerdutyUrl(config) : config.url, deps);
    return checked.ok ? checked : { ...checked, field: "url" };
  }
  const judged = judgeHost(config.host, config.port, deps.allowed);
  if (judged.ok && config.security === "none" && !isListed(deps.allowed, judged.target)) {
    return { ok: false, field: "security", reason: "not_https" };
  }
  const checked = await checkHost(config.host, config.port, deps);
  return checked.ok ? checked : { ...checked, field: "host" };
}

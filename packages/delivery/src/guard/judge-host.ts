import { isIP } from "node:net";
import { type AllowList, isListed, type Target } from "./allow-list.ts";
import { type AddressRefusal, judgeAddress } from "./judge-address.ts";

/** Why a host may not be sent to, whatever its name leads to. */
export type HostRefusal = "bad_host" | "disguised_host" | "internal_name" | AddressRefusal;

/** Names that lead nowhere but inside (RFC 6761, 6762, 7686, 8375; `.internal` by ICANN 2024), and what people use like them. */
const INTERNAL = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "home.arpa",
  "onion",
  "invalid",
];

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/**
 * Judges the host of a URL or of a mail server as somebody wrote it, without its port. It must be written the way it is
 * meant: a name, an IPv4 address of four decimal numbers, or an IPv6 address in brackets or (for mail servers) without.
 */
export function judgeHost(
  written: string,
  port: number,
  allowed: AllowList,
): { ok: true; target: Target } | { ok: false; reason: HostRefusal } {
  const text = written.toLowerCase();
  if (/[%\s\\/?#@]/.test(text)) return { ok: false, reason: "bad_host" };
  const bracketed = isIP(text) === 6 ? `[${text}]` : text;
  const canonical = URL.parse(`https://${bracketed}`)?.hostname;
  if (!canonical) return { ok: false, reason: "bad_host" };
  const host = canonical.replace(/^\[(.*)\]$/, "$1");
  if (isDisguised(text, host)) return { ok: false, reason: "disguised_host" };
  const target = { host, port };
  return isIP(host) ? judged(judgeAddress(host, allowed, target), target) : judgeName(target, allowed);
}

/** An address in another spelling (`2130706433`, `0x7f.1`, `127.1`), or plain letters and digits written as other characters. */
function isDisguised(written: string, host: string): boolean {
  if (isIP(host) === 4) return written !== host;
  const exotic = [...written].some((character) => character > "\x7f");
  return exotic && !host.split(".").some((label) => label.startsWith("xn--"));
}

function judgeName(target: Target, allowed: AllowList): ReturnType<typeof judgeHost> {
  const { host } = target;
  const labels = host.split(".");
  if (host.length > 253 || !labels.every((label) => LABEL.test(label))) return { ok: false, reason: "bad_host" };
  if (isListed(allowed, target)) return { ok: true, target };
  const internal = labels.length === 1 || INTERNAL.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
  return internal ? { ok: false, reason: "internal_name" } : { ok: true, target };
}

const judged = (verdict: ReturnType<typeof judgeAddress>, target: Target): ReturnType<typeof judgeHost> =>
  verdict.ok ? { ok: true, target } : verdict;

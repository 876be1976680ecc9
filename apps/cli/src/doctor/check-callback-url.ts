import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { type CallbackRoute, callbackPath } from "@verdict/runtime";
import { type Finding, findingsAbout } from "./finding.ts";

const LIMIT_MS = 5_000;

const { ok, warn, fail } = findingsAbout("callback");

export type CallbackUrlOptions = {
  base: string;
  /** Whether the provider is the real one, which comes from the internet and asks for https. */
  realProvider: boolean;
};

/** Does what the provider does before it takes an Initialize: asks for the address, and takes nothing but 200. */
export async function checkCallbackUrl(
  route: Pick<CallbackRoute, "slug" | "pathSecret">,
  { base, realProvider }: CallbackUrlOptions,
): Promise<Finding[]> {
  // What the path ends with may be a secret.
  const shown = `${base}/callbacks/${route.slug}${route.pathSecret ? "/…" : ""}`;
  const probe = await probeUrl(`${base}${callbackPath(route)}`);
  const found = judgeProbe(shown, probe);
  if (found.level !== "ok" || !realProvider) return [found];
  if (!base.startsWith("https:"))
    return [fail(`${shown} is not https`, "the provider takes no other: put TLS before the receiver")];
  const inside = await insideAddress(new URL(base).hostname);
  if (inside === null) return [found];
  return [
    warn(`${shown} answers, but at ${inside}`, "the provider comes from the internet; is it told another address?"),
  ];
}

/** How a look at an address ended. */
export type Probe =
  | { kind: "answered"; status: number; location: string | null; ours: boolean }
  | { kind: "failed"; code: string };

async function probeUrl(url: string): Promise<Probe> {
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(LIMIT_MS) });
    const text = await answer.text();
    const ours = text === "" && answer.headers.get("cache-control") === "no-store";
    return { kind: "answered", status: answer.status, location: answer.headers.get("location"), ours };
  } catch (error) {
    return { kind: "failed", code: codeOf(error) };
  }
}

/** What a probe's end means. `url` as it may be shown. */
export function judgeProbe(url: string, probe: Probe): Finding {
  if (probe.kind === "failed") return fail(`${url}: ${sayCode(probe.code)}`, remedy(probe.code));
  const { status, location, ours } = probe;
  if (status >= 300 && status < 400) {
    const to = location ? ` to ${originOf(location, url)}` : "";
    return fail(`${url} redirects${to} (${status})`, "the provider follows no redirect: name the address it leads to");
  }
  switch (status) {
    case 200:
      if (ours) return ok(`${url} answers 200`);
      return warn(`${url} answers 200, but not as the receiver does`, "does the proxy lead this path to the receiver?");
    case 403:
      return warn(
        `${url} answers 403`,
        "this machine is not among CALLBACK_ALLOWED_SOURCES, or a proxy refuses it; the provider has to be let in",
      );
    case 404:
      return fail(
        `${url} answers 404`,
        "does the receiver know this route, with the same path secret, and the proxy the path?",
      );
    case 502:
    case 503:
    case 504:
      return fail(`${url} answers ${status}`, "the proxy is there and the receiver is not; is it running?");
    default:
      return fail(`${url} answers ${status}`, "the provider takes nothing but 200: Initialize will be refused");
  }
}

/** Where a redirect leads, without a path that may hold a secret. */
const originOf = (location: string, url: string): string =>
  URL.parse(location, url.replace("…", ""))?.origin ?? "elsewhere";

/** Behind `fetch failed` stands what has happened. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "UNKNOWN";
  if (error.name === "TimeoutError") return "ETIMEDOUT";
  const [first] = error instanceof AggregateError ? error.errors : [];
  const inner: unknown = first ?? error.cause;
  if (inner !== undefined) return codeOf(inner);
  return "code" in error && typeof error.code === "string" ? error.code : "UNKNOWN";
}

const TLS = /^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

function sayCode(code: string): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `the name is not found (${code})`;
  if (code === "ECONNREFUSED") return "nothing listens there (ECONNREFUSED)";
  if (/TIMEDOUT|TIMEOUT/.test(code)) return `no answer within ${LIMIT_MS / 1000} s`;
  if (TLS.test(code)) return `its certificate is not accepted (${code})`;
  return `it cannot be reached (${code})`;
}

function remedy(code: string): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "correct PUBLIC_CALLBACK_BASE_URL, or the DNS record";
  if (code === "CERT_HAS_EXPIRED") return "renew the certificate";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "the certificate is for another name; get one for this";
  if (TLS.test(code)) return "use a certificate of a public CA, and send the whole chain";
  return "is the receiver running, and does PUBLIC_CALLBACK_BASE_URL lead to it? A firewall?";
}

const inside = new BlockList();
for (const [address, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  inside.addSubnet(address, prefix);
}
inside.addSubnet("fc00::", 7, "ipv6");
inside.addSubnet("fe80::", 10, "ipv6");
inside.addAddress("::1", "ipv6");

/** The address behind a name that nobody reaches from the internet; null: it is a public one. */
async function insideAddress(host: string): Promise<string | null> {
  const name = host.replace(/^\[|\]$/g, "");
  const addresses = isIP(name) ? [name] : (await lookup(name, { all: true })).map(({ address }) => address);
  return addresses.find((address) => inside.check(address, isIP(address) === 6 ? "ipv6" : "ipv4")) ?? null;
}

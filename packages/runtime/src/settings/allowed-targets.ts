import type { BlockList } from "node:net";
import { type Networks, parseNetworks } from "../networks.ts";
import { field, Wrong } from "./field.ts";

/** Internal targets that webhooks and notifications may be sent to. */
export type AllowedTargets = {
  /** Names and addresses as WHATWG URLs spell them, IPv6 without brackets; on one port or (`null`) on all. */
  readonly hosts: readonly { host: string; port: number | null }[];
  readonly networks: BlockList;
};

/** `hooks.corp.internal,alerts.lan:9093,10.20.0.0/16,127.0.0.1:8025,[::1]:8025`. */
export const allowedTargets = field({
  expected: "hosts, host:port, addresses or CIDRs like hooks.corp.internal,alerts.lan:9093,10.20.0.0/16",
  parse: (text): AllowedTargets | Wrong => {
    const entries = text.split(",").map((entry) => entry.trim());
    const named = entries.filter((entry) => "wrong" in parseNetworks([entry]));
    const hosts = named.flatMap((entry) => readHost(entry) ?? []);
    const wrong = named.find((entry) => readHost(entry) === null);
    if (wrong !== undefined) return new Wrong(`${JSON.stringify(wrong)} is none of them`);
    const networks = parseNetworks(entries.filter((entry) => !named.includes(entry))) as Networks;
    return { hosts, networks: networks.list };
  },
});

/** A name, or an address with its port, spelled as a URL would spell it: what is compared later is spelled so too. */
function readHost(entry: string): { host: string; port: number | null } | null {
  const [, written = "", portText] = /^(\[[0-9a-f.:]+\]|[\p{L}\p{N}._-]+)(?::(\d{1,5}))?$/iu.exec(entry) ?? [];
  const canonical = URL.parse(`https://${written}`)?.hostname ?? "";
  const port = portText === undefined ? null : Number(portText);
  // `2130706433` or `127.1` may be meant otherwise than they are read.
  const disguised = /^[\d.]+$/.test(canonical) && canonical !== written;
  const wrongPort = port !== null && (port < 1 || port > 65_535);
  if (canonical === "" || canonical.endsWith(".") || canonical.includes("..") || disguised || wrongPort) return null;
  return { host: canonical.replace(/^\[(.*)\]$/, "$1"), port };
}

import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { ipv4Inside, ipv6Groups } from "./ip-address.ts";

/** A set of addresses, made by parseNetworks. */
export type Networks = {
  /** As they were given. */
  readonly entries: readonly string[];
  readonly list: BlockList;
};

/**
 * Networks from addresses and CIDRs (`203.0.113.0/24`, `2001:db8::/32`, `127.0.0.1`), or the first entry that is
 * neither. Bits behind the prefix do not count. An IPv4 address and the same one mapped into IPv6 are one.
 */
export function parseNetworks(entries: readonly string[]): Networks | { wrong: string } {
  const list = new BlockList();
  for (const entry of entries) {
    const [, address = "", length] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(entry) ?? [];
    const version = isIP(address);
    const bits = version === 4 ? 32 : 128;
    const prefix = length === undefined ? bits : Number(length);
    if (version === 0 || prefix > bits) return { wrong: entry };
    list.addSubnet(address, prefix, version === 4 ? "ipv4" : "ipv6");
  }
  return { entries, list };
}

/** Whether an address lies in one of the networks; text that is no address lies in none. */
export function contains({ list }: Networks, address: string): boolean {
  if (isIPv4(address)) return list.check(address, "ipv4");
  const [withoutZone = ""] = address.split("%", 1);
  return isIPv6(withoutZone) && list.check(withoutZone, "ipv6");
}

/**
 * The network a stranger is counted under, because one stranger easily has many addresses: `203.0.113.0/24`,
 * `2001:db8:1::/48`; IPv4 mapped into IPv6 as the IPv4 it is; `unknown` for anything that is no address.
 */
export function sourcePrefix(address: string): string {
  if (isIPv4(address)) return `${address.slice(0, address.lastIndexOf("."))}.0/24`;
  const inside = ipv4Inside(address);
  if (inside) return sourcePrefix(inside);
  const site = ipv6Groups(address)?.slice(0, 3);
  if (!site) return "unknown";
  while (site.at(-1) === 0) site.pop();
  return `${site.map((group) => group.toString(16)).join(":")}::/48`;
}

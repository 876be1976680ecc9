import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Where a connection goes: the host in the spelling of WHATWG URLs (lower case, no brackets, no dot at the end), and the port. */
export type Target = { host: string; port: number };

/** Internal targets an operator has named on purpose. Everything else must be public. */
export type AllowList = {
  /** Host names and addresses, on one port or (`null`) on all. */
  readonly hosts: readonly { host: string; port: number | null }[];
  /** Addresses that are allowed whatever name leads to them. */
  readonly networks: BlockList;
};

/** Nothing internal is allowed. */
export const PUBLIC_ONLY: AllowList = { hosts: [], networks: new BlockList() };

/** Whether the operator has named this very host. Such a host may be internal, and may be spoken to without TLS. */
export const isListed = (allowed: AllowList, { host, port }: Target): boolean =>
  allowed.hosts.some((entry) => entry.host === host && (entry.port === null || entry.port === port)) ||
  isListedAddress(allowed, host);

/** Whether an address lies in one of the networks; text that is no address lies in none. */
export function isListedAddress({ networks }: AllowList, text: string): boolean {
  if (isIPv4(text)) return networks.check(text, "ipv4");
  const [address = ""] = text.split("%", 1);
  return isIPv6(address) && networks.check(address, "ipv6");
}

import { isIP } from "node:net";
import { ipv4Inside } from "./ip-address.ts";
import { contains, type Networks } from "./networks.ts";
import { rememberingOne } from "./remembering-one.ts";

/**
 * Who may tell us a client's address, and in which header (lower case). The proxies must append to that header or
 * replace it: one that passes on what the client wrote lets the client choose.
 */
export type ClientAddressTrust = { header: string; proxies: Networks };

/**
 * Finds the address a request came from: the socket's, or, if that is a trusted proxy's, the last address in the header
 * (the form of X-Forwarded-For or X-Real-IP) that is no trusted proxy's. Whatever stands left of it was written by the
 * client and is not even read. An entry that is no address ends the search at the last trusted proxy. IPv4 mapped into
 * IPv6 is given as IPv4; a socket that has no address any more as `unknown`.
 */
export function clientAddress(trust: ClientAddressTrust | null) {
  const plainSocket = rememberingOne(plain);
  return (remoteAddress: string | undefined, headerValue: string | undefined): string => {
    let nearest = plainSocket(remoteAddress ?? "unknown");
    if (!trust || headerValue === undefined) return nearest;
    let end = headerValue.length;
    while (end >= 0 && contains(trust.proxies, nearest)) {
      const comma = end === 0 ? -1 : headerValue.lastIndexOf(",", end - 1);
      const next = addressOf(headerValue.slice(comma + 1, end));
      if (next === null) return nearest;
      nearest = next;
      end = comma;
    }
    return nearest;
  };
}

const plain = (address: string): string => (address.includes(":") ? (ipv4Inside(address) ?? address) : address);

/** The address in an entry like `203.0.113.9`, `203.0.113.9:4711`, `2001:db8::1` or `[2001:db8::1]:4711`. */
function addressOf(entry: string): string | null {
  const text = entry.trim();
  const bare = /^\[(.*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([^:]*):\d{1,5}$/.exec(text)?.[1] ?? text;
  return isIP(bare) ? plain(bare) : null;
}

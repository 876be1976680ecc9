import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { type AllowList, isListed, isListedAddress, type Target } from "./allow-list.ts";

/** Why an address may not be connected to. */
export type AddressRefusal =
  | "not_an_address"
  | "loopback"
  | "private"
  | "carrier_grade_nat"
  | "link_local"
  | "metadata"
  | "multicast"
  | "broadcast"
  | "unspecified"
  | "unique_local"
  | "reserved";

export type AddressVerdict = { ok: true } | { ok: false; reason: AddressRefusal };

/**
 * Where clouds answer a machine's questions about itself, its credentials among them, outside the link-local range:
 * Alibaba Cloud ECS, Oracle Cloud (192.0.0.192), Amazon over IPv6.
 */
const METADATA = new Set(["100.100.100.200", "192.0.0.192", "fd00:ec2::254"]);

/** What a listed host name vouches for. Metadata services and the odd ranges need their address on the list. */
const OPEN_TO_LISTED_NAMES: ReadonlySet<AddressRefusal> = new Set([
  "loopback",
  "private",
  "carrier_grade_nat",
  "unique_local",
]);

/**
 * Whether an address may be connected to: it is public, or the operator allows it, by itself or (`target`) by the name or
 * address that led to it. Wherever an IPv6 address carries an IPv4 address inside, that one is judged. Of IPv6 only global
 * unicast is public, so a range somebody sets apart later is refused until it is known here.
 */
export function judgeAddress(address: string, allowed: AllowList, target?: Target): AddressVerdict {
  const reason = refusalOf(address);
  if (reason === null || isListedAddress(allowed, address)) return { ok: true };
  const vouched = target !== undefined && OPEN_TO_LISTED_NAMES.has(reason) && isListed(allowed, target);
  return vouched ? { ok: true } : { ok: false, reason };
}

function refusalOf(text: string): AddressRefusal | null {
  const [plain = ""] = text.split("%", 1);
  switch (isIP(plain)) {
    case 4:
      return refusalOfIpv4(ipaddr.IPv4.parse(plain));
    case 6:
      // Into groups first: the library takes `::a.b.c.d` for the mapped form.
      return refusalOfIpv6(ipaddr.IPv6.parse(new URL(`http://[${plain}]`).hostname.slice(1, -1)));
    default:
      return "not_an_address";
  }
}

function refusalOfIpv4(address: ipaddr.IPv4): AddressRefusal | null {
  if (METADATA.has(address.toString())) return "metadata";
  const range = address.range();
  switch (range) {
    case "unicast":
      return null;
    case "loopback":
    case "private":
    case "multicast":
    case "broadcast":
    case "unspecified":
      return range;
    case "carrierGradeNat":
      return "carrier_grade_nat";
    case "linkLocal":
      return "link_local";
    default:
      return "reserved";
  }
}

function refusalOfIpv6(address: ipaddr.IPv6): AddressRefusal | null {
  if (METADATA.has(address.toString())) return "metadata";
  const range = address.range();
  switch (range) {
    case "ipv4Mapped":
    case "rfc6145":
    case "6to4":
    case "teredo":
      return refusalOfInside(address, range);
    case "rfc6052":
      // 64:ff9b:1::/48 is for local use (RFC 8215), whatever it carries.
      return address.parts[2] === 0 ? refusalOfInside(address, range) : "reserved";
    case "loopback":
    case "multicast":
    case "unspecified":
      return range;
    case "uniqueLocal":
      return "unique_local";
    case "linkLocal":
      return "link_local";
    case "unicast":
      if (isIsatap(address)) return refusalOfInside(address, range);
      return isGlobalUnicast(address) ? null : refusalOfCompatible(address);
    default:
      return "reserved";
  }
}

/** `::a.b.c.d`, an old form that nobody may use any more: refused, with the reason of what it carries if that has one. */
const refusalOfCompatible = (address: ipaddr.IPv6): AddressRefusal =>
  (address.parts.slice(0, 6).every((part) => part === 0) ? refusalOfInside(address, "compatible") : null) ?? "reserved";

/** 2000::/3. */
const isGlobalUnicast = ({ parts: [first = 0] }: ipaddr.IPv6): boolean => first >> 13 === 1;

/** Any prefix, then 0:5efe or 200:5efe and an IPv4 address (RFC 5214). */
const isIsatap = ({ parts }: ipaddr.IPv6): boolean => ((parts[4] ?? 0) & 0xfdff) === 0 && parts[5] === 0x5efe;

function refusalOfInside({ parts }: ipaddr.IPv6, form: string): AddressRefusal | null {
  switch (form) {
    case "6to4":
      return refusalOfIpv4(ipv4From(parts[1], parts[2]));
    case "teredo":
      // The server, and behind it the client with every bit turned round (RFC 4380).
      return refusalOfIpv4(ipv4From(parts[2], parts[3])) ?? refusalOfIpv4(ipv4From(~(parts[6] ?? 0), ~(parts[7] ?? 0)));
    default:
      return refusalOfIpv4(ipv4From(parts[6], parts[7]));
  }
}

const ipv4From = (high = 0, low = 0) =>
  new ipaddr.IPv4([(high >> 8) & 0xff, high & 0xff, (low >> 8) & 0xff, low & 0xff]);

import { isIPv4, isIPv6 } from "node:net";

/** The eight 16-bit groups of an IPv6 address in any spelling, its zone left out; null for anything else. */
export function ipv6Groups(text: string): number[] | null {
  if (!isIPv6(text)) return null;
  const [address = ""] = text.split("%", 1);
  const [head = "", tail] = address.split("::");
  const before = groupsOf(head);
  if (tail === undefined) return before;
  const after = groupsOf(tail);
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** `::ffff:203.0.113.9`, as a socket for both families names an IPv4 address, becomes `203.0.113.9`; all else null. */
export function ipv4Inside(text: string): string | null {
  const plain = text.startsWith("::ffff:") ? text.slice(7) : "";
  if (isIPv4(plain)) return plain;
  // Cheaper than the long way, which hardly any address needs.
  if (!/^[0:]/.test(text)) return null;
  const groups = ipv6Groups(text);
  if (groups?.[5] !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return null;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join(".");
}

const groupsOf = (part: string): number[] =>
  part === ""
    ? []
    : part.split(":").flatMap((group) => (group.includes(".") ? dotted(group) : Number.parseInt(group, 16)));

function dotted(group: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
  return [a * 256 + b, c * 256 + d];
}

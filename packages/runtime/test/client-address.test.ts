import fc from "fast-check";
import { expect, test } from "vitest";
import { clientAddress } from "../src/index.ts";
import { givenNetworks } from "./given-networks.ts";

const trust = { header: "x-forwarded-for", proxies: givenNetworks("10.0.0.0/8", "2001:db8:ffff::/48") };

test.each<[string, string | undefined, string | undefined, string]>([
  ["no header", "10.0.0.1", undefined, "10.0.0.1"],
  ["an empty header", "10.0.0.1", "", "10.0.0.1"],
  ["one address, as in X-Real-IP", "10.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["the last that is no proxy", "10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2,10.0.0.3", "203.0.113.9"],
  ["only proxies", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["spaces", "10.0.0.1", "\t 203.0.113.9 \t", "203.0.113.9"],
  ["a port", "10.0.0.1", "203.0.113.9:4711", "203.0.113.9"],
  ["IPv6", "2001:db8:ffff::1", "2001:db8::7", "2001:db8::7"],
  ["brackets", "10.0.0.1", "[2001:db8::7]", "2001:db8::7"],
  ["brackets and a port", "10.0.0.1", "[2001:db8::7]:443, [2001:db8:ffff::2]:80", "2001:db8::7"],
  ["a mapped proxy", "::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["mapped entries", "10.0.0.1", "::ffff:203.0.113.9, ::ffff:10.0.0.2", "203.0.113.9"],
  ["nonsense before the client", "10.0.0.1", "<script>, 203.0.113.9", "203.0.113.9"],
  ["nonsense in the client's place", "10.0.0.1", "203.0.113.9, unknown, 10.0.0.2", "10.0.0.2"],
  ["nothing in the client's place", "10.0.0.1", "203.0.113.9,", "10.0.0.1"],
  ["nothing before a proxy", "10.0.0.1", ",10.0.0.2", "10.0.0.2"],
  ["a socket that is no proxy", "203.0.113.1", "198.51.100.1", "203.0.113.1"],
  ["a mapped socket that is no proxy", "::ffff:203.0.113.1", "198.51.100.1", "203.0.113.1"],
  ["a socket that is gone", undefined, "198.51.100.1", "unknown"],
])("with %s: socket %j, header %j, client %s", (_, remote, header, client) => {
  expect(clientAddress(trust)(remote, header)).toBe(client);
});

test("without trust the header says nothing", () => {
  expect(clientAddress(null)("10.0.0.1", "203.0.113.9")).toBe("10.0.0.1");
});

const stranger = fc.oneof(fc.ipV4(), fc.ipV6()).filter((address) => clientAddress(trust)(address, "::2") !== "::2");
const proxy = fc.constantFrom("10.0.0.1", "10.255.0.1", "::ffff:10.9.9.9", "2001:db8:ffff::1");
const anything = fc.oneof(fc.string(), fc.array(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), proxy)).map(String));

test("a stranger chooses no address, whatever the header holds", () => {
  fc.assert(
    fc.property(stranger, anything, (address, header) => {
      expect(clientAddress(trust)(address, header)).toBe(clientAddress(trust)(address, undefined));
    }),
  );
});

test("what stands left of the client never matters", () => {
  fc.assert(
    fc.property(anything, stranger, fc.array(proxy), proxy, (left, client, hops, socket) => {
      const header = [client, ...hops].join(", ");
      expect(clientAddress(trust)(socket, `${left},${header}`)).toBe(clientAddress(trust)(client, undefined));
      expect(clientAddress(trust)(socket, header)).toBe(clientAddress(trust)(client, undefined));
    }),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { contains, parseNetworks, sourcePrefix } from "../src/index.ts";
import { givenNetworks } from "./given-networks.ts";

test.each<[string, string, boolean]>([
  ["203.0.113.0/24", "203.0.113.255", true],
  ["203.0.113.0/24", "203.0.114.0", false],
  ["203.0.113.77/24", "203.0.113.1", true],
  ["203.0.113.0/24", "::ffff:203.0.113.9", true],
  ["203.0.113.0/24", "::ffff:cb00:7109", true],
  ["203.0.113.0/24", "::ffff:203.0.114.9", false],
  ["::ffff:203.0.113.0/120", "203.0.113.9", true],
  ["127.0.0.1", "127.0.0.1", true],
  ["127.0.0.1", "127.0.0.2", false],
  ["0.0.0.0/0", "198.51.100.1", true],
  ["0.0.0.0/0", "2001:db8::1", false],
  ["2001:db8::/32", "2001:DB8:ffff::1", true],
  ["2001:db8::/32", "2001:db9::1", false],
  ["::1", "0:0:0:0:0:0:0:1", true],
  ["fe80::/10", "fe80::1%eth0", true],
  ["0.0.0.0/0", "unknown", false],
  ["::/0", "", false],
])("%s contains %s: %j", (network, address, expected) => {
  expect(contains(givenNetworks(network), address)).toBe(expected);
});

test("one of several networks is enough, and none contains nothing", () => {
  expect(contains(givenNetworks("10.0.0.0/8", "::1"), "::1")).toBe(true);
  expect(contains(givenNetworks(), "10.0.0.1")).toBe(false);
});

test.each([
  "10.0.0.0/33",
  "::/129",
  "10.0.0",
  "10.0.0.1/",
  "/8",
  "",
  " 10.0.0.1",
  "fe80::1%eth0",
  "example.com",
  "1/8",
])("%j is no network", (entry) => expect(parseNetworks(["127.0.0.1", entry])).toEqual({ wrong: entry }));

test("an IPv4 address lies in its networks in either spelling, and only in them", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (network, address, length) => {
      const networks = givenNetworks(`${network}/${length}`);
      const expected = length === 0 || bits(network) >>> (32 - length) === bits(address) >>> (32 - length);
      expect(contains(networks, address)).toBe(expected);
      expect(contains(networks, `::ffff:${address}`)).toBe(expected);
    }),
  );
});

const bits = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

test.each([
  ["203.0.113.9", "203.0.113.0/24"],
  ["::ffff:203.0.113.9", "203.0.113.0/24"],
  ["::FFFF:cb00:7109", "203.0.113.0/24"],
  ["0:0:0:0:0:ffff:203.0.113.9", "203.0.113.0/24"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"],
  ["2001:0DB8:0001::", "2001:db8:1::/48"],
  ["2001:db8::7", "2001:db8::/48"],
  ["::1", "::/48"],
  ["0:0:a::1", "0:0:a::/48"],
  ["1::ffff:203.0.113.9", "1::/48"],
  ["fe80::1%eth0", "fe80::/48"],
  ["", "unknown"],
  ["unknown", "unknown"],
  ["203.0.113", "unknown"],
  ["203.0.113.9:80", "unknown"],
  ["::ffff:203.0.113.999", "unknown"],
])("%j counts under %s", (address, prefix) => {
  expect(sourcePrefix(address)).toBe(prefix);
});

test("every address lies in the network it counts under", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      expect(contains(givenNetworks(sourcePrefix(address)), address)).toBe(true);
    }),
  );
});

test("any text counts under some network", () => {
  fc.assert(fc.property(fc.string(), (text) => sourcePrefix(text).length <= 43));
});

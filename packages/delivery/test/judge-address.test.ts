import { BlockList } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AllowList, checkUrl, judgeAddress, judgeUrl, PUBLIC_ONLY } from "../src/index.ts";
import { allowHosts } from "./receiver.ts";

const reasonOf = (address: string, allowed: AllowList = PUBLIC_ONLY) => {
  const verdict = judgeAddress(address, allowed);
  return verdict.ok ? null : verdict.reason;
};

function allowNetwork(address: string, prefix: number): AllowList {
  const networks = new BlockList();
  networks.addSubnet(address, prefix, address.includes(":") ? "ipv6" : "ipv4");
  return { hosts: [], networks };
}

const hex = (a: number, b: number) => ((a << 8) | b).toString(16);

/** Every way an IPv6 address can carry this IPv4 address. */
function carriersOf(ipv4: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split(".").map(Number);
  const [high, low] = [hex(a, b), hex(c, d)];
  const turned = `${hex(255 - a, 255 - b)}:${hex(255 - c, 255 - d)}`;
  return [
    `::ffff:${high}:${low}`,
    `::ffff:0:${high}:${low}`,
    `64:ff9b::${high}:${low}`,
    `2002:${high}:${low}::1`,
    `2001:0:${high}:${low}:0:0:0:1`,
    `2001:0:808:808:0:0:${turned}`,
    `2400:cb00:0:0:0:5efe:${high}:${low}`,
    `2400:cb00:0:0:200:5efe:${high}:${low}`,
  ];
}

test("an IPv6 address is refused for whatever it carries inside", () => {
  fc.assert(
    fc.property(fc.ipV4(), (ipv4) => {
      const reason = reasonOf(ipv4);
      fc.pre(reason !== null);
      for (const carrier of carriersOf(ipv4)) expect([carrier, reasonOf(carrier)]).toEqual([carrier, reason]);
    }),
    { numRuns: 500 },
  );
});

test("of IPv6 only global unicast is public", () => {
  const group = fc.integer({ min: 0, max: 0xffff });
  // 0 and 64 begin the forms that carry an IPv4 address.
  const first = group.filter((value) => value >> 13 !== 1 && value !== 0 && value !== 0x64);
  fc.assert(
    fc.property(first, fc.array(group, { minLength: 7, maxLength: 7 }), (head, rest) => {
      expect(reasonOf([head, ...rest].map((value) => value.toString(16)).join(":"))).not.toBeNull();
    }),
  );
});

test.each([
  ["::8.8.8.8", "reserved"],
  ["::127.0.0.1", "loopback"],
  ["0:0:0:0:0:0:8.8.8.8", "reserved"],
  ["::ffff:8.8.8.8", null],
  ["64:ff9b::8.8.8.8", null],
  ["2606:4700::1111", null],
  ["8.8.8.8", null],
  ["fe80::1%eth0", "link_local"],
  ["127.1", "not_an_address"],
  ["", "not_an_address"],
])("%s: %j", (address, reason) => expect(reasonOf(address)).toBe(reason));

test.each([
  ["10.1.2.3", "10.0.0.0", 8],
  ["::ffff:10.1.2.3", "10.0.0.0", 8],
  ["169.254.169.254", "169.254.169.254", 32],
  ["fd00::1", "fd00::", 8],
])("%s is allowed by %s/%i", (address, network, prefix) => {
  expect(reasonOf(address, allowNetwork(network, prefix))).toBeNull();
});

test("an address carried inside is not allowed by a network it only carries an address of", () => {
  expect(reasonOf("2002:a01:203::1", allowNetwork("10.0.0.0", 8))).toBe("private");
});

test("a listed name vouches for internal networks, but not for metadata services", async () => {
  const allowed = allowHosts({ host: "hooks.internal", port: null });
  const at = (address: string) => checkUrl("http://hooks.internal/", { allowed, resolve: async () => [address] });
  expect(await at("10.0.0.1")).toEqual({ ok: true, warning: null });
  expect(await at("127.0.0.1")).toEqual({ ok: true, warning: null });
  expect(await at("fd00::1")).toEqual({ ok: true, warning: null });
  expect(await at("169.254.169.254")).toEqual({ ok: false, reason: "link_local" });
  expect(await at("100.100.100.200")).toEqual({ ok: false, reason: "metadata" });
});

test("a name is listed for itself and for its port alone", () => {
  const allowed = allowHosts({ host: "hooks.internal", port: 8080 });
  const reason = (url: string) => {
    const verdict = judgeUrl(url, allowed);
    return verdict.ok ? null : verdict.reason;
  };
  expect(reason("http://hooks.internal:8080/")).toBeNull();
  expect(reason("https://hooks.internal:8080/")).toBeNull();
  expect(reason("http://HOOKS.internal:8080/")).toBeNull();
  expect(reason("http://hooks.internal/")).toBe("internal_name");
  expect(reason("http://other.hooks.internal:8080/")).toBe("internal_name");
  expect(reason("http://example.com:8080/")).toBe("not_https");
});

test("an address in a listed network may be spoken to without TLS, a name that leads there may not", async () => {
  const allowed = allowNetwork("10.0.0.0", 8);
  const resolve = async () => ["10.0.0.1"];
  expect(await checkUrl("http://10.0.0.1:9093/", { allowed, resolve })).toEqual({ ok: true, warning: null });
  expect(await checkUrl("http://hooks.example.com/", { allowed, resolve })).toEqual({ ok: false, reason: "not_https" });
  expect(await checkUrl("https://hooks.example.com/", { allowed, resolve })).toEqual({ ok: true, warning: null });
});

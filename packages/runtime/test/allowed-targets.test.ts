import { expect, test } from "vitest";
import { environment } from "../src/index.ts";

const read = (text: string) => environment(true).shape.DELIVERY_ALLOWED_TARGETS.parse(text);

test("hosts are spelled as URLs spell them, with and without a port", () => {
  const { hosts } =
    read("Hooks.Corp.Internal, alerts.lan:9093,intranet,bücher.example,127.0.0.1:8025,[::0:1]:8025") ?? {};
  expect(hosts).toEqual([
    { host: "hooks.corp.internal", port: null },
    { host: "alerts.lan", port: 9093 },
    { host: "intranet", port: null },
    { host: "xn--bcher-kva.example", port: null },
    { host: "127.0.0.1", port: 8025 },
    { host: "::1", port: 8025 },
  ]);
});

test("addresses and CIDRs without a port are networks", () => {
  const allowed = read("10.20.0.0/16, 127.0.0.1,fd00::/8,hooks.internal");
  expect(allowed?.hosts).toEqual([{ host: "hooks.internal", port: null }]);
  expect(allowed?.networks.check("10.20.255.1")).toBe(true);
  expect(allowed?.networks.check("10.21.0.1")).toBe(false);
  expect(allowed?.networks.check("127.0.0.1")).toBe(true);
  expect(allowed?.networks.check("fd12::1", "ipv6")).toBe(true);
  expect(allowed?.networks.check("fe80::1", "ipv6")).toBe(false);
});

test("not set, nothing internal is allowed", () => {
  expect(environment(true).shape.DELIVERY_ALLOWED_TARGETS.parse(undefined)).toBeUndefined();
});

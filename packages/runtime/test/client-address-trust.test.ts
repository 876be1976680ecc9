import { expect, test } from "vitest";
import { parseNetworks, readClientAddressTrust } from "../src/index.ts";
import { linesOf } from "./lines-of.ts";

test("a header is believed only together with the proxies that set it", () => {
  expect(readClientAddressTrust({})).toBeNull();
  expect(readClientAddressTrust({ CLIENT_ADDRESS_HEADER: "X-Real-IP", TRUSTED_PROXIES: "10.0.0.0/8,::1" })).toEqual({
    header: "x-real-ip",
    proxies: parseNetworks(["10.0.0.0/8", "::1"]),
  });
});

test.each([
  [
    { CLIENT_ADDRESS_HEADER: "X-Real-IP" },
    "TRUSTED_PROXIES: not set; expected the proxies from which CLIENT_ADDRESS_HEADER is believed",
  ],
  [
    { TRUSTED_PROXIES: "::1" },
    "CLIENT_ADDRESS_HEADER: not set; expected the header in which TRUSTED_PROXIES name the client",
  ],
  [
    { CLIENT_ADDRESS_HEADER: "X-Real-IP", TRUSTED_PROXIES: "proxy.internal" },
    "TRUSTED_PROXIES: expected addresses or CIDRs like 203.0.113.0/24, separated by commas, " +
      'but "proxy.internal" is neither',
  ],
])("%j is a mistake", (source, line) => {
  expect(linesOf(() => readClientAddressTrust(source))).toEqual([line]);
});

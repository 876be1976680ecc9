import { describe, expect, test } from "vitest";
import { strangers } from "../src/strangers.ts";
import { from, genuine, givenReceiver, without } from "./support.ts";

/** A burst is ten seconds' worth. */
const BURST_SECONDS = 10;

function givenStrangers(limits: { perSource?: number; perRoute?: number }) {
  const counted: string[][] = [];
  const clock = { time: 0 };
  const ledger = { count: (...row: string[]) => void counted.push(row) };
  const watched = strangers({ perSource: 0, perRoute: 0, ...limits }, ledger, () => clock.time);
  const refuse = (address: string, route = "default") => watched.refuse(route, "token_forged", address);
  const flood = (count: number, address: string, route?: string) =>
    Array.from({ length: count }, () => refuse(address, route)).filter(Boolean).length;
  return { ...watched, refuse, flood, counted, clock };
}

describe("refusals", () => {
  test("are counted by route, reason and network, those beyond the limits too, and never by address", () => {
    const { flood, counted } = givenStrangers({ perSource: 1 });
    flood(15, "198.51.100.7");
    flood(1, "2001:db8:1:2::3", "branch");
    flood(1, "nonsense");
    expect(counted).toEqual([
      ...Array.from({ length: 15 }, () => ["default", "token_forged", "198.51.100.0/24"]),
      ["branch", "token_forged", "2001:db8:1::/48"],
      ["default", "token_forged", "unknown"],
    ]);
  });

  test.each(["perSource", "perRoute"])("have no limit when %s is zero", () => {
    expect(givenStrangers({}).flood(5_000, "198.51.100.7")).toBe(5_000);
  });

  test("of one network are limited together, and come through again with time", () => {
    const { flood, refuse, clock } = givenStrangers({ perSource: 2 });
    expect(flood(50, "198.51.100.7")).toBe(2 * BURST_SECONDS);
    expect(refuse("198.51.100.200")).toBe(false);
    expect(refuse("198.51.101.7")).toBe(true);
    clock.time += 500;
    expect(flood(50, "198.51.100.200")).toBe(1);
  });

  test("of one route are limited together, and other routes are not", () => {
    const { refuse, clock } = givenStrangers({ perRoute: 1 });
    const answers = Array.from({ length: 12 }, (_, index) => refuse(`198.51.${index}.7`));
    expect(answers.filter(Boolean)).toHaveLength(BURST_SECONDS);
    expect(refuse("203.0.113.9")).toBe(false);
    expect(refuse("203.0.113.9", "branch")).toBe(true);
    clock.time += 1_000;
    expect(refuse("203.0.113.9")).toBe(true);
  });

  test("of a source that sends too many do not use up what its route has for others", () => {
    const { flood, refuse } = givenStrangers({ perSource: 1, perRoute: 2 });
    flood(1_000, "198.51.100.7");
    expect(refuse("203.0.113.9")).toBe(true);
  });
});

describe("look-ups", () => {
  test("are limited by network, apart from refusals", () => {
    const { flood, mayBeLookedUp, clock } = givenStrangers({ perSource: 1 });
    flood(1_000, "198.51.100.7");
    const allowed = Array.from({ length: 12 }, () => mayBeLookedUp("198.51.100.7"));
    expect(allowed.filter(Boolean)).toHaveLength(BURST_SECONDS);
    expect(mayBeLookedUp("203.0.113.9")).toBe(true);
    clock.time += 1_000;
    expect(mayBeLookedUp("198.51.100.7")).toBe(true);
  });

  test("are not counted as refusals", () => {
    const { mayBeLookedUp, counted } = givenStrangers({ perSource: 1 });
    mayBeLookedUp("198.51.100.7");
    expect(counted).toEqual([]);
  });
});

describe("a flood of forgeries", () => {
  const limits = { perSource: 2, perRoute: 5 };
  const forged = without("callbackToken");

  async function givenFlood(addresses: string[], count: number) {
    const clock = { time: 0 };
    const receiver = givenReceiver({ limits, clock: () => clock.time });
    const ask = async (url: string, address: string, method = "GET") => {
      const answer = await receiver.app.request(url, { method }, from(address));
      return [answer.status, answer.headers.get("Retry-After")];
    };
    const statuses: unknown[] = [];
    for (let index = 0; index < count; index++) {
      const [status] = await ask(forged, addresses[index % addresses.length] ?? "");
      statuses.push(status);
    }
    return { ...receiver, ask, clock, statuses };
  }
  const times = (status: number, statuses: unknown[]) => statuses.filter((each) => each === status).length;

  test("is answered 429 with Retry-After beyond its burst, and touches no store", async () => {
    const { ask, statuses, touched } = await givenFlood(["198.51.100.7"], 30);
    expect([times(401, statuses), times(429, statuses)]).toEqual([20, 10]);
    expect(await ask(forged, "198.51.100.7")).toEqual([429, "1"]);
    expect(touched()).toBe(0);
  });

  test.each([
    ["a wrong method", genuine(), "POST"],
    ["an address that is too long", `${genuine()}&more=${"x".repeat(5_000)}`, "GET"],
    ["a route that does not exist", "/callbacks/nowhere", "GET"],
  ])("is slowed down when it turns to %s, too", async (_, url, method) => {
    const { ask } = await givenFlood(["198.51.100.7"], 30);
    expect(await ask(url, "198.51.100.7", method)).toEqual([429, "1"]);
  });

  test("is not in the way of authentic callbacks and probes, even from the same address", async () => {
    const { ask, committed } = await givenFlood(["198.51.100.7"], 30);
    for (let index = 0; index < 30; index++) expect(await ask(genuine(), "198.51.100.7")).toEqual([200, null]);
    expect(await ask("/callbacks/default", "198.51.100.7")).toEqual([200, null]);
    expect(await ask("/callbacks/default", "198.51.100.7", "HEAD")).toEqual([200, null]);
    expect(committed).toHaveLength(30);
  });

  test("is not in the way of a genuine token with nonsense either: its sender is told what is wrong", async () => {
    const { ask } = await givenFlood(["198.51.100.7"], 30);
    expect(await ask(without("passed"), "198.51.100.7")).toEqual([400, null]);
  });

  test("from many networks is stopped at its route, and other routes are left alone", async () => {
    const addresses = Array.from({ length: 10 }, (_, index) => `198.51.${index}.7`);
    const { ask, statuses } = await givenFlood(addresses, 80);
    expect([times(401, statuses), times(429, statuses)]).toEqual([50, 30]);
    expect(await ask(forged, "203.0.113.9")).toEqual([429, "1"]);
    expect(await ask(forged.replace("/default", "/branch"), "203.0.113.9")).toEqual([401, null]);
    expect(await ask(genuine(), "203.0.113.9")).toEqual([200, null]);
  });

  test("that ends is forgiven", async () => {
    const { ask, clock } = await givenFlood(["198.51.100.7"], 30);
    clock.time += 500;
    expect(await ask(forged, "198.51.100.7")).toEqual([401, null]);
    expect(await ask(forged, "198.51.100.7")).toEqual([429, "1"]);
  });

  test("is counted in full", async () => {
    const { refusals } = await givenFlood(["198.51.100.7"], 30);
    expect(refusals()).toEqual({ "default token_missing 198.51.100.0/24": 30 });
  });
});

test("every refusal is counted under what was wrong, its route and its network", async () => {
  const { app, refusals } = givenReceiver({ routes: { branch: { allows: () => false } } });
  const requests: [string, string, string][] = [
    ["default too_long", "GET", `${genuine()}&more=${"x".repeat(5_000)}`],
    ["default method", "POST", genuine()],
    ["branch address_not_allowed", "GET", "/callbacks/branch"],
    ["- no_such_route", "GET", "/callbacks/nowhere"],
    ["- no_such_route", "HEAD", "/callbacks/nowhere"],
    ["- no_such_route", "GET", "/callbacks/default/secret"],
    ["- no_such_route", "GET", genuine().replace("/default", "/nowhere")],
    ["- method", "PUT", "/callbacks/a-name-that-a-stranger-made-up"],
    ["default too_many_parameters", "GET", `${genuine()}${"&a=1".repeat(29)}`],
    ["default token_missing", "GET", without("callbackToken")],
    ["default token_malformed", "GET", genuine({ callbackToken: "100000****" })],
    ["default token_unknown_key", "GET", genuine().replace("callbackToken=k1", "callbackToken=k9")],
    ["default token_forged", "GET", genuine().replace(/callbackToken=k1\../, (text) => `${text.slice(0, -1)}_`)],
  ];
  const expected: Record<string, number> = {};
  for (const [row, method, url] of requests) {
    await app.request(url, { method }, from("198.51.100.7"));
    const key = `${row} 198.51.100.0/24`;
    expected[key] = (expected[key] ?? 0) + 1;
  }
  expect(refusals()).toEqual(expected);
});

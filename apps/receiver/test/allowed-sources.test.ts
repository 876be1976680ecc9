import { contains, parseNetworks } from "@verdict/runtime";
import { describe, expect, test } from "vitest";
import { from, genuine, givenReceiver, untouchable } from "./support.ts";

function networks(...entries: string[]) {
  const parsed = parseNetworks(entries);
  if ("wrong" in parsed) throw new Error(`${parsed.wrong} is no network.`);
  return parsed;
}

const provider = networks("203.0.113.0/24", "2001:db8:1::/48");
const routes = { default: { allows: (address: string) => contains(provider, address) } };
const trust = { header: "x-forwarded-for", proxies: networks("10.0.0.0/8") };

describe("a route that takes callbacks from some addresses only", () => {
  test.each(["203.0.113.9", "::ffff:203.0.113.9", "2001:db8:1::7"])("takes them from %s", async (address) => {
    const { app, committed } = givenReceiver({ routes });
    expect((await app.request(genuine(), {}, from(address))).status).toBe(200);
    expect(committed).toHaveLength(1);
  });

  test.each(["203.0.114.9", "2001:db8:2::7", "", "nonsense"])(
    "answers 403 to callback and probe from %j, counts them, and touches no store",
    async (address) => {
      const { app, touched, refusals } = givenReceiver({ ...untouchable, routes });
      for (const url of [genuine(), "/callbacks/default", genuine({ callbackToken: "x" })]) {
        const answer = await app.request(url, {}, from(address));
        expect([answer.status, await answer.json()]).toEqual([403, { status: "refused" }]);
      }
      expect(touched()).toBe(0);
      const counted = Object.entries(refusals());
      expect(counted).toEqual([[expect.stringMatching(/^default address_not_allowed /), 3]]);
    },
  );

  test("says nothing about the others", async () => {
    const { app } = givenReceiver({ routes });
    expect((await app.request("/callbacks/branch", {}, from("198.51.100.7"))).status).toBe(200);
  });

  test("nor to a request whose address nobody can tell", async () => {
    const { app } = givenReceiver({ ...untouchable, routes });
    expect((await app.request(genuine())).status).toBe(403);
  });
});

describe("behind a proxy the address is", () => {
  const ask = async (socket: string, header: string | null, options = {}) => {
    const { app, refusals } = givenReceiver({ routes, trust, ...options });
    const headers = header === null ? {} : { "X-Forwarded-For": header };
    const { status } = await app.request(genuine(), { headers }, from(socket));
    return { status, refusals: Object.keys(refusals()) };
  };
  const refused = (source: string) => ({ status: 403, refusals: [`default address_not_allowed ${source}`] });
  const taken = { status: 200, refusals: [] };

  test.each<[string, string, string | null, object]>([
    ["what a trusted one says", "10.0.0.1", "203.0.113.9", taken],
    [
      "what stands last, as the client wrote the rest",
      "10.0.0.1",
      "203.0.113.9, 198.51.100.7",
      refused("198.51.100.0/24"),
    ],
    ["found behind several trusted ones", "10.0.0.1", "203.0.113.9, 10.0.0.2, 10.0.0.3", taken],
    ["the proxy's own when it says nothing", "10.0.0.1", null, refused("10.0.0.0/24")],
    ["never what somebody else says", "198.51.100.7", "203.0.113.9", refused("198.51.100.0/24")],
    ["the provider's own when it comes without a proxy", "203.0.113.9", "198.51.100.7", taken],
  ])("%s", async (_, socket, header, answer) => {
    expect(await ask(socket, header)).toEqual(answer);
  });

  test("and without trust in anybody it is the socket's", async () => {
    const { app, refusals } = givenReceiver({ routes });
    const headers = { "X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", Forwarded: "for=203.0.113.9" };
    expect((await app.request(genuine(), { headers }, from("10.0.0.1"))).status).toBe(403);
    expect(refusals()).toEqual({ "default address_not_allowed 10.0.0.0/24": 1 });
  });
});

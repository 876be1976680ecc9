import { signCallbackToken } from "@verdict/domain";
import { callbackUrl, TEST_KEY } from "@verdict/testkit";
import { describe, expect, test } from "vitest";
import { away, genuine, givenReceiver, seen, session, untouchable, without } from "./support.ts";

const tokenFor = (route: string, key = TEST_KEY) =>
  signCallbackToken(route, { verificationId: session.id, expiresAt: session.expiresAt }, key);

describe("an authentic callback", () => {
  test("is accepted with exactly 200, once a store has it", async () => {
    const order: string[] = [];
    const stored = Promise.withResolvers<void>();
    const { app } = givenReceiver({ commit: () => stored.promise.then(() => void order.push("stored")) });
    const answering = Promise.resolve(app.request(genuine())).then((answer) => {
      order.push("answered");
      return answer;
    });
    stored.resolve();
    const answer = await answering;
    expect(order).toEqual(["stored", "answered"]);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: "accepted" });
  });

  test("gets the same answer the first time, as a copy, about an unknown transaction, and late", async () => {
    const { app, committed } = givenReceiver();
    const late = { ...session, expiresAt: new Date("2026-03-01T10:04:59.000Z") };
    const urls = [
      genuine(),
      genuine(),
      genuine({ transactionId: "hks-nobody-knows" }),
      callbackUrl(late, { passed: "Y", subCode: "200" }),
    ];
    const answers = await Promise.all(urls.map(async (url) => (await app.request(url)).text()));
    expect(new Set(answers)).toEqual(new Set(['{"status":"accepted"}']));
    expect(committed.map((receipt) => receipt.late)).toEqual([false, false, false, true]);
    expect(committed[0]).toEqual(committed[1]);
  });

  test("tells its sender nothing by any header either", async () => {
    const { app } = givenReceiver();
    const answer = await seen(await app.request(genuine()));
    expect(answer).toEqual({
      status: 200,
      headers: { "cache-control": "no-store", "content-type": "application/json" },
      body: '{"status":"accepted"}',
    });
    expect(await seen(await app.request(genuine({ transactionId: "hks-nobody-knows" })))).toEqual(answer);
  });

  test.each(["callbackToken", "CallbackToken", "CALLBACKTOKEN", "callbacktoken"])(
    "may spell its token %s",
    async (name) => {
      const url = genuine().replace("callbackToken=", `${name}=`);
      const { app, committed } = givenReceiver();
      expect((await app.request(url)).status).toBe(200);
      expect(committed).toHaveLength(1);
    },
  );

  test("may be spelled as the vendor's prose has it, or in any other letter case", async () => {
    const [path, query] = genuine().split("?");
    const { app, committed } = givenReceiver();
    const spellings = ["subcode", "SUBCODE", "SubCode"].map((name) => query?.replace("subCode", name));
    const shouted = new URLSearchParams(
      [...new URLSearchParams(query)].map(([name, value]): [string, string] => [name.toUpperCase(), value]),
    );
    for (const spelling of [...spellings, shouted]) expect((await app.request(`${path}?${spelling}`)).status).toBe(200);
    expect(committed.slice(1)).toEqual(committed.slice(1).map(() => committed[0]));
  });

  test.each([
    ["Y", true],
    ["T", true],
    ["true", true],
    ["N", false],
    ["F", false],
    ["false", false],
  ])("may say passed=%s", async (said, passed) => {
    const { app, committed } = givenReceiver();
    expect((await app.request(genuine({ passed: said }))).status).toBe(200);
    expect(committed).toMatchObject([{ passed }]);
  });

  test("may repeat a parameter with the same value, and bring others of the integrator's own, which are kept", async () => {
    const { app, committed } = givenReceiver();
    const url = `${genuine()}&PASSED=Y&shop=42&tag=a%20%26%20b`;
    expect((await app.request(url)).status).toBe(200);
    expect(committed).toMatchObject([{ extra: { shop: "42", tag: "a & b" } }]);
  });

  test("that no store takes is answered 503 with Retry-After, since the provider sends once more", async () => {
    const { app, lines } = givenReceiver({ commit: away });
    const answer = await app.request(genuine());
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toBe("1");
    expect(await answer.json()).toEqual({ status: "unavailable" });
    expect(lines.join()).toContain("no store took a callback");
  });
});

describe("a request that asks whether anybody is there", () => {
  test.each([
    ["GET", "/callbacks/default"],
    ["GET", "/callbacks/default?"],
    ["GET", "/callbacks/default?shop=42"],
    ["HEAD", "/callbacks/default"],
    ["HEAD", "/callbacks/default?shop=42"],
  ])("%s %s is answered 200 with both stores away, and stores nothing", async (method, url) => {
    const { app, touched } = givenReceiver(untouchable);
    const answer = await app.request(url, { method });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
    expect(touched()).toBe(0);
  });

  test.each([
    ["HEAD", 200],
    ["OPTIONS", 405],
  ])("%s changes nothing, whatever it carries, and is answered %i", async (method, status) => {
    const { app, touched } = givenReceiver({ ...untouchable, routes: { default: { opaqueTokens: true } } });
    const urls = [genuine(), without("passed"), genuine({ callbackToken: "100000****" }), without("callbackToken")];
    for (const url of urls) {
      const answer = await app.request(url, { method });
      expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([status, "no-store"]);
    }
    expect(touched()).toBe(0);
  });

  test.each(["GET", "HEAD"])("%s at a route that does not exist is answered 404", async (method) => {
    const { app } = givenReceiver(untouchable);
    for (const slug of ["nowhere", "__proto__", "Default", "%00", "%zz"]) {
      expect((await app.request(`/callbacks/${slug}`, { method })).status).toBe(404);
    }
  });
});

describe("a stranger is answered 401 and touches no store:", () => {
  const stranger = { kid: TEST_KEY.kid, secret: "a guess" };
  test.each([
    ["no token", without("callbackToken")],
    ["an empty token", genuine({ callbackToken: "" })],
    ["no token and nonsense besides", "/callbacks/default?passed=perhaps"],
    ["a malformed token", genuine({ callbackToken: "100000****" })],
    ["a token with a letter too many", genuine({ callbackToken: `${tokenFor("default")}A` })],
    ["a token of an unknown key", genuine({ callbackToken: tokenFor("default", { kid: "k9", secret: "retired" }) })],
    ["a forged token", genuine({ callbackToken: tokenFor("default", stranger) })],
    ["a token of another route", genuine({ callbackToken: tokenFor("branch") })],
    ["a token at a route that does not exist", genuine().replace("/default", "/nowhere")],
    ["two different tokens", `${genuine()}&CallbackToken=${tokenFor("branch")}`],
  ])("%s", async (_, url) => {
    const { app, touched } = givenReceiver(untouchable);
    const answer = await app.request(url);
    expect([answer.status, await answer.json()]).toEqual([401, { status: "refused" }]);
    expect(touched()).toBe(0);
  });
});

describe("a stranger is not told whether a session or a transaction exists:", () => {
  const guess = { kid: TEST_KEY.kid, secret: "a guess" };
  const forgedFor = (id: string, transactionId: string) =>
    genuine({
      callbackToken: signCallbackToken("default", { verificationId: id, expiresAt: session.expiresAt }, guess),
      transactionId,
    });

  test("the answer to a guess is the same for those that do and those that do not", async () => {
    const { app } = givenReceiver();
    expect((await app.request(genuine())).status).toBe(200);
    const unknown = { id: "019cb9f2-7a40-7c10-8a55-000000000000", transactionId: "hks-nobody-knows" };
    const answers = [
      forgedFor(session.id, session.transactionId),
      forgedFor(session.id, unknown.transactionId),
      forgedFor(unknown.id, session.transactionId),
      forgedFor(unknown.id, unknown.transactionId),
    ].map(async (url) => seen(await app.request(url)));
    const [first, ...others] = await Promise.all(answers);
    expect(first?.status).toBe(401);
    expect(others).toEqual([first, first, first]);
  });

  test("every reason for a 401 looks the same", async () => {
    const { app } = givenReceiver();
    const urls = [
      without("callbackToken"),
      genuine({ callbackToken: "100000****" }),
      genuine({ callbackToken: tokenFor("default", { kid: "k9", secret: "retired" }) }),
      forgedFor(session.id, session.transactionId),
      genuine().replace("/default", "/nowhere"),
    ];
    const [first, ...others] = await Promise.all(urls.map(async (url) => seen(await app.request(url))));
    expect(first?.status).toBe(401);
    for (const other of others) expect(other).toEqual(first);
  });
});

describe("a genuine token with nonsense is answered 400 and recorded:", () => {
  test.each([
    ["no transaction", without("transactionId"), "transactionid is missing"],
    ["no verdict", without("passed"), "passed is missing"],
    ["no sub-code", without("subCode"), "subcode is missing"],
    ["an empty verdict", genuine({ passed: "" }), "passed is missing"],
    ["a verdict nobody knows", genuine({ passed: "P" }), "passed is neither yes nor no"],
    ["a transaction id with a space", genuine({ transactionId: "a b" }), "transactionid is not an id"],
    ["a transaction id of 65 letters", genuine({ transactionId: "x".repeat(65) }), "transactionid is not an id"],
    ["a sub-code of 17 letters", genuine({ subCode: "2".repeat(17) }), "subcode is not a code"],
    ["two different verdicts", `${genuine()}&Passed=N`, "passed is repeated with different values"],
  ])("%s", async (_, url, reason) => {
    const { app, committed, malformed } = givenReceiver();
    const answer = await app.request(url);
    expect([answer.status, await answer.json()]).toEqual([400, { status: "malformed", reason }]);
    expect(malformed).toMatchObject([{ route: "default", verificationId: session.id, reason }]);
    expect(committed).toEqual([]);
  });

  test("and 503 when it cannot be recorded", async () => {
    const { app } = givenReceiver({ recordMalformed: away });
    const answer = await app.request(without("passed"));
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "1"]);
  });
});

describe("a request beyond all measure touches no store:", () => {
  test.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("%s is answered 405", async (method) => {
    const { app, touched } = givenReceiver(untouchable);
    const answer = await app.request(genuine(), { method });
    expect([answer.status, answer.headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
    expect(touched()).toBe(0);
  });

  test("an address of more than 4096 letters is answered 414, one of 4096 is read", async () => {
    const url = `${genuine()}&more=`;
    const { app, committed } = givenReceiver();
    expect((await app.request(url.padEnd(4_096, "x"))).status).toBe(200);
    for (const method of ["GET", "HEAD"])
      expect((await app.request(url.padEnd(4_097, "x"), { method })).status).toBe(414);
    expect(committed).toHaveLength(1);
  });

  test("more than 32 parameters are answered 400, 32 are read", async () => {
    const more = (count: number) => Array.from({ length: count }, (_, index) => `&p${index}=1`).join("");
    const { app, committed } = givenReceiver();
    expect((await app.request(genuine() + more(28))).status).toBe(200);
    expect((await app.request(genuine() + more(29))).status).toBe(400);
    expect(committed).toHaveLength(1);
  });

  test.each(["/callbacks", "/callbacks/", "/callbacks/default/", "/callbacks/default/more", "/", "/nothing"])(
    "%s is answered 404, never redirected",
    async (path) => {
      const { app } = givenReceiver(untouchable);
      expect((await app.request(path + genuine().slice("/callbacks/default".length))).status).toBe(404);
    },
  );

  test.each(["%", "%zz", "%ff%fe", "&&&=&=", "passed=%00", "callbackToken=%F0%9F%98%80"])(
    "a query that is no query (%s) ends in an answer",
    async (query) => {
      const { app, touched } = givenReceiver(untouchable);
      expect([200, 401]).toContain((await app.request(`/callbacks/default?${query}`)).status);
      expect(touched()).toBe(0);
    },
  );
});

describe("what is wrong first is what is answered:", () => {
  const long = (url: string) => `${url}${url.includes("?") ? "&" : "?"}more=${"x".repeat(5_000)}`;
  const many = (url: string) => `${url}${Array.from({ length: 33 }, (_, index) => `&p${index}=1`).join("")}`;
  const forged = genuine({ callbackToken: tokenFor("default", { kid: TEST_KEY.kid, secret: "a guess" }) });
  const forbidden = { routes: { default: { allows: () => false } } };

  test.each([
    ["length before method", "POST", long(genuine()), 414, {}],
    ["length before probe", "HEAD", long("/callbacks/default"), 414, {}],
    ["length before address", "GET", long(genuine()), 414, forbidden],
    ["length before route", "GET", long("/callbacks/nowhere"), 414, {}],
    ["method before address", "POST", genuine(), 405, forbidden],
    ["method before route", "POST", "/callbacks/nowhere", 405, {}],
    ["method before probe", "OPTIONS", "/callbacks/default", 405, {}],
    ["address before probe", "GET", "/callbacks/default", 403, forbidden],
    ["address before probe by HEAD", "HEAD", "/callbacks/default", 403, forbidden],
    ["address before the number of parameters", "GET", many(genuine()), 403, forbidden],
    ["address before token", "GET", genuine(), 403, forbidden],
    ["number of parameters before token", "GET", many(forged), 400, {}],
    ["number of parameters before route", "GET", many("/callbacks/nowhere?a"), 400, {}],
    ["number of parameters before probe", "GET", many("/callbacks/default?a"), 400, {}],
    ["token before nonsense", "GET", forged.replace("passed=Y", "passed=perhaps"), 401, {}],
    ["token before repeats", "GET", `${forged}&passed=N`, 401, {}],
  ])("%s", async (_, method, url, status, options) => {
    const { app, touched } = givenReceiver({ ...untouchable, ...options });
    expect((await app.request(url, { method })).status).toBe(status);
    expect(touched()).toBe(0);
  });
});

test("no answer may be kept by a cache on the way", async () => {
  const { app } = givenReceiver({ commit: away });
  const requests: [string, string][] = [
    ["GET", "/callbacks/default"],
    ["HEAD", "/callbacks/default"],
    ["GET", genuine()],
    ["GET", without("callbackToken")],
    ["GET", without("passed")],
    ["GET", `${genuine()}&more=${"x".repeat(5_000)}`],
    ["GET", "/callbacks/nowhere"],
    ["POST", genuine()],
  ];
  const statuses: number[] = [];
  for (const [method, url] of requests) {
    const answer = await app.request(url, { method });
    statuses.push(answer.status);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
  }
  expect(statuses).toEqual([200, 200, 503, 401, 400, 414, 404, 405]);
});

describe("health", () => {
  test("is alive without any store, and ready only with one", async () => {
    const { app } = givenReceiver({ checks: { store: away } });
    expect((await app.request("/livez")).status).toBe(200);
    expect((await app.request("/readyz")).status).toBe(503);
    expect((await givenReceiver({ checks: { store: async () => {} } }).app.request("/readyz")).status).toBe(200);
  });

  test("shows no metrics to strangers in production", async () => {
    expect((await givenReceiver({ production: true }).app.request("/metrics")).status).toBe(404);
  });
});

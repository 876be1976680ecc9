import { signCallbackToken } from "@verdict/domain";
import { TEST_KEY } from "@verdict/testkit";
import { describe, expect, test } from "vitest";
import { away, from, genuine, givenReceiver, session, untouchable } from "./support.ts";

const FOREIGN_TOKEN = "100000****";
const foreign = (changes = {}) => genuine({ callbackToken: FOREIGN_TOKEN, ...changes });
const signedWith = (key: { kid: string; secret: string }) =>
  genuine({
    callbackToken: signCallbackToken("default", { verificationId: session.id, expiresAt: session.expiresAt }, key),
  });

/** A receiver whose route `default` takes tokens of other systems, and knows one. */
const givenOpaque = (options: Parameters<typeof givenReceiver>[0] = {}) =>
  givenReceiver({
    routes: { default: { opaqueTokens: true } },
    findOpaqueToken: async (route, token) =>
      route === "default" && token === FOREIGN_TOKEN
        ? { verificationId: session.id, expiresAt: session.expiresAt }
        : null,
    ...options,
  });

describe("at a route that takes another system's tokens", () => {
  test("one that is registered is accepted for its session", async () => {
    const { app, committed } = givenOpaque();
    const answer = await app.request(foreign());
    expect([answer.status, await answer.json()]).toEqual([200, { status: "accepted" }]);
    expect(committed).toMatchObject([{ verificationId: session.id, keyId: "opaque", late: false }]);
  });

  test("one that nobody registered is answered 401 and counted", async () => {
    const { app, committed, lookedUp, refusals } = givenOpaque();
    const answer = await app.request(foreign({ callbackToken: "guess" }), {}, from("198.51.100.7"));
    expect([answer.status, await answer.json()]).toEqual([401, { status: "refused" }]);
    expect([committed, lookedUp]).toEqual([[], ["guess"]]);
    expect(refusals()).toEqual({ "default token_unknown 198.51.100.0/24": 1 });
  });

  test("one that comes with nonsense is answered 400 and recorded only if it is somebody's", async () => {
    const { app, malformed } = givenOpaque();
    expect((await app.request(foreign({ passed: "perhaps" }))).status).toBe(400);
    expect((await app.request(foreign({ passed: "perhaps", callbackToken: "guess" }))).status).toBe(401);
    expect(malformed).toMatchObject([{ verificationId: session.id, reason: "passed is neither yes nor no" }]);
  });

  test("one that cannot be looked up now is answered 503 with Retry-After", async () => {
    const { app } = givenOpaque({ findOpaqueToken: away });
    const answer = await app.request(foreign());
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "1"]);
  });

  test("our own are still told from memory, and forgeries of them too", async () => {
    const { app, lookedUp } = givenOpaque({ findOpaqueToken: away });
    expect((await app.request(genuine())).status).toBe(200);
    expect((await app.request(signedWith({ kid: TEST_KEY.kid, secret: "a guess" }))).status).toBe(401);
    expect((await app.request("/callbacks/default")).status).toBe(200);
    expect(lookedUp).toEqual([]);
  });

  test("one source may have only so many looked up, and our own tokens are not in its way", async () => {
    let time = 0;
    const { app, lookedUp } = givenOpaque({ limits: { perSource: 1 }, clock: () => time });
    const ask = async (url: string, address = "198.51.100.7") => {
      const answer = await app.request(url, {}, from(address));
      return [answer.status, answer.headers.get("Retry-After")];
    };
    for (let index = 0; index < 10; index++) await ask(foreign({ callbackToken: `guess ${index}` }));
    expect(lookedUp).toHaveLength(10);
    expect(await ask(foreign())).toEqual([429, "1"]);
    expect(lookedUp).toHaveLength(10);
    expect(await ask(genuine())).toEqual([200, null]);
    expect(await ask(foreign(), "203.0.113.9")).toEqual([200, null]);

    time += 1_000;
    expect(await ask(foreign())).toEqual([200, null]);
  });
});

test.each([
  ["another system's token", foreign()],
  ["a token of a key we do not have", signedWith({ kid: "k9", secret: "retired" })],
])("at any other route %s is refused from memory", async (_, url) => {
  const { app, touched } = givenReceiver(untouchable);
  expect((await app.request(url)).status).toBe(401);
  expect(touched()).toBe(0);
});

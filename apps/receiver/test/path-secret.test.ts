import { callbackUrl } from "@verdict/testkit";
import { describe, expect, test } from "vitest";
import { from, givenReceiver, seen, session, untouchable } from "./support.ts";

const SECRET = "a-path-only-the-provider-was-told";
const routes = {
  branch: { pathSecret: SECRET, opaqueTokens: true, allows: (address: string) => address === "203.0.113.9" },
};
const provider = from("203.0.113.9");
const stranger = from("198.51.100.7");

const claim = { passed: "Y", subCode: "200" };
const authentic = callbackUrl({ ...session, route: "branch", pathSecret: SECRET }, claim);
const query = authentic.slice(authentic.indexOf("?"));

describe("who knows the path's secret", () => {
  test("has the callback taken", async () => {
    const { app, committed } = givenReceiver({ routes });
    expect(authentic).toMatch(`/callbacks/branch/${SECRET}?`);
    expect((await app.request(authentic, {}, provider)).status).toBe(200);
    expect(committed).toMatchObject([{ route: "branch" }]);
  });

  test.each(["GET", "HEAD"])("may probe by %s", async (method) => {
    const { app } = givenReceiver({ ...untouchable, routes });
    expect((await app.request(`/callbacks/branch/${SECRET}`, { method }, provider)).status).toBe(200);
  });

  test("needs a token all the same", async () => {
    const { app, refusals } = givenReceiver({ ...untouchable, routes: { branch: { pathSecret: SECRET } } });
    expect((await app.request(`/callbacks/branch/${SECRET}?passed=Y`)).status).toBe(401);
    expect(refusals()).toEqual({ "branch token_missing unknown": 1 });
  });
});

describe("to those who do not know it the route does not exist:", () => {
  const many = `?${Array.from({ length: 33 }, (_, index) => `p${index}=1`).join("&")}`;
  const requests = ["GET", "HEAD", "POST", "OPTIONS"].flatMap((method) =>
    ["", "?shop=42", query, "?callbackToken=100000****", "?passed=Y", many, `?${"x".repeat(5_000)}`].map(
      (query) => [method, query] as const,
    ),
  );
  const wrongPaths = [
    "",
    "/wrong",
    `/${SECRET}x`,
    `/${SECRET.slice(1)}`,
    `/${SECRET.toUpperCase()}`,
    "/",
    `/${SECRET}/`,
    `/x/${SECRET}`,
  ];

  test.each(wrongPaths)("path %j is answered as at a route nobody configured, in all that is seen", async (path) => {
    for (const [method, query] of requests) {
      for (const sender of [provider, stranger]) {
        const [at, nowhere] = ["branch", "nowhere"].map(async (slug) => {
          const receiver = givenReceiver({ ...untouchable, routes });
          const answer = await receiver.app.request(`/callbacks/${slug}${path}${query}`, { method }, sender);
          return { ...(await seen(answer)), touched: receiver.touched(), refusals: receiver.refusals() };
        });
        expect(await at, `${method} ${query.slice(0, 40)}`).toEqual(await nowhere);
        expect((await at)?.status).not.toBe(200);
      }
    }
  });

  test("nor does a limit of its own tell", async () => {
    const { app } = givenReceiver({ ...untouchable, routes, limits: { perRoute: 1 } });
    const statuses: number[] = [];
    for (let index = 0; index < 6; index++) {
      for (const slug of ["branch", "nowhere"]) statuses.push((await app.request(`/callbacks/${slug}`)).status);
    }
    // They share what is allowed to names nobody configured: a burst of ten.
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 404), 429, 429]);
  });
});

test("a route without a secret has no such path either", async () => {
  const { app } = givenReceiver(untouchable);
  for (const secret of ["anything", "null", "undefined", SECRET]) {
    const answer = await app.request(`/callbacks/default/${secret}${query}`);
    expect(answer.status).toBe(404);
  }
});

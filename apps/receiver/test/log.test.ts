import { callbackUrl } from "@verdict/testkit";
import { expect, test } from "vitest";
import { away, from, genuine, givenReceiver, session, without } from "./support.ts";

const PATH_SECRET = "a-path-only-the-provider-was-told";
const claim = { passed: "Y", subCode: "200" };
const hidden = callbackUrl({ ...session, route: "branch", pathSecret: PATH_SECRET }, claim);
const tokenIn = (url: string) => new URLSearchParams(url.split("?")[1]).get("callbackToken") ?? "";

const STRANGERS = "stolen-secret";
const long = `&more=${"x".repeat(5_000)}`;
const REQUESTS: [string, string][] = [
  ["GET", genuine()],
  ["HEAD", genuine()],
  ["POST", genuine()],
  ["GET", without("passed")],
  ["GET", without("callbackToken")],
  ["GET", `${genuine()}&person=alice`],
  ["GET", `${genuine()}${long}`],
  ["GET", `${genuine()}${"&a=1".repeat(33)}`],
  ["GET", genuine({ callbackToken: STRANGERS })],
  ["GET", genuine({ transactionId: `${session.transactionId} ` })],
  ["GET", hidden],
  ["HEAD", hidden],
  ["GET", `${hidden}${long}`],
  ["GET", `${hidden}&passed=N`],
  ["GET", hidden.replace("/branch", "/nowhere")],
  ["GET", hidden.replace(PATH_SECRET, STRANGERS)],
  ["GET", `/callbacks/${STRANGERS}`],
  ["GET", `/${STRANGERS}`],
];

test.each([
  ["the stores take everything", {}],
  ["no store takes anything", { commit: away, recordMalformed: away, findOpaqueToken: away }],
  ["only look-ups fail", { findOpaqueToken: away, routes: { default: { opaqueTokens: true } } }],
  [
    "a store fails in an unexpected way",
    {
      commit: () => {
        throw new TypeError("not a function");
      },
    },
  ],
])("at its most talkative the log holds nothing secret while %s", async (_, options) => {
  const { app, lines } = givenReceiver({ routes: { branch: { pathSecret: PATH_SECRET } }, ...options });
  for (const [method, url] of REQUESTS) await app.request(url, { method }, from("198.51.100.7"));
  const log = lines.join("");
  expect(lines.length).toBeGreaterThanOrEqual(REQUESTS.length - 1);
  const secrets = [tokenIn(genuine()), tokenIn(hidden), STRANGERS, PATH_SECRET, session.transactionId, "alice"];
  for (const secret of [...secrets, "callbackToken", "transactionId", "subCode", "xxx", "?"]) {
    expect(log).not.toContain(secret);
  }
});

test("the log tells how a callback ended, for which route, and who sent it", async () => {
  const { app, lines } = givenReceiver();
  await app.request(genuine(), {}, from("203.0.113.9"));
  await app.request("/callbacks/a-made-up-name", { method: "HEAD" }, from("198.51.100.7"));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { method: "GET", route: "default", address: "203.0.113.9", outcome: "accepted", verificationId: session.id },
    { method: "HEAD", route: "-", address: "198.51.100.7", outcome: "refused" },
  ]);
});

test("a callback that no store took is an error in the log, with its cause", async () => {
  const { app, lines } = givenReceiver({ commit: away });
  await app.request(genuine());
  expect(JSON.parse(lines[0] ?? "{}")).toMatchObject({
    level: 50,
    route: "default",
    err: { message: "connect ECONNREFUSED" },
    msg: "no store took a callback",
  });
});

test("every answer of the endpoint is counted by its outcome", async () => {
  const { app } = givenReceiver({ limits: { perSource: 1 } });
  const urls = [genuine(), genuine(), without("passed"), "/callbacks/default"];
  for (const url of urls) await app.request(url);
  for (let index = 0; index < 12; index++) await app.request(without("callbackToken"));
  const metrics = await (await app.request("/metrics")).text();
  const counted = [
    ...metrics.matchAll(/^verdict_callbacks_total\{route="default",outcome="(\w+)".*\} ([1-9]\d*)$/gm),
  ].map((match) => match.slice(1));
  expect(Object.fromEntries(counted)).toEqual({
    accepted: "2",
    malformed: "1",
    probe: "1",
    refused: "10",
    too_fast: "2",
  });
});

import { expect, test } from "vitest";
import { endWords, lastAnswer, receiverWords } from "../src/phone/words.ts";
import type { Transaction } from "../src/transactions.ts";
import { givenTransaction } from "./given-transaction.ts";
import { answered, setup } from "./setup.ts";

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

test.each([
  ["/", "text/html"],
  ["/phone/theme.css", "text/css"],
  ["/phone/phone.css", "text/css"],
  ["/phone/page.css", "text/css"],
  ["/phone/phone.js", "text/javascript"],
  ["/phone/screens.js", "text/javascript"],
  ["/phone/icon.svg", "image/svg+xml"],
  ["/phone/sessions", "application/json"],
])("%s is served as %s under a policy that lets nothing in from elsewhere", async (path, type) => {
  const { app } = setup();
  const response = await app.request(path);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain(type);
  expect(response.headers.get("content-security-policy")).toBe(policy);
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
});

test("the page asks for nothing outside its own folder, and carries no script or style in itself", async () => {
  const { app } = setup();
  const html = await (await app.request("/")).text();
  const asked = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
  expect(asked.length).toBeGreaterThan(0);
  for (const address of asked) {
    expect(address).toMatch(/^\/phone\//);
    expect((await app.request(String(address))).status).toBe(200);
  }
  expect(html).not.toMatch(/<style|style=|onclick|<script>/);
});

test("no other file of the folder is served", async () => {
  const { app } = setup();
  for (const path of ["/phone/routes.ts", "/phone/..%2fmain.ts", "/phone/toString", "/phone/index.html"]) {
    expect((await app.request(path)).status).toBe(404);
  }
});

type View = {
  open: { transactionId: string; productName: string; outcomes: { subCode: string }[] }[];
  openCount: number;
  finished: { transactionId: string; end: { title: string }; answer: { detail: string } | null }[];
  selected: { transactionId: string } | null;
  faults: { seed: string; words: string } | null;
};

test("the page is told what is open, what became of the rest, and which faults are on", async () => {
  const { app, open, complete, control } = setup();
  const view = async (query = "") => (await (await app.request(`/phone/sessions${query}`)).json()) as View;
  const [first, second] = [await open(), await open()];
  expect(await view()).toMatchObject({ openCount: 2, finished: [], faults: null, selected: null });
  expect((await view()).open.map(({ transactionId }) => transactionId)).toEqual([second, first]);
  expect((await view()).open[0]?.outcomes.map(({ subCode }) => subCode)).toEqual(["200", "204", "205", "206"]);

  await complete(first, "N", "205");
  await control("PUT", "/faults", { seed: 7, callbacks: { drop: 0.125, delayMs: [0, 300] } });
  const after = await view(`?selected=${first}`);
  expect(after).toMatchObject({ openCount: 1, selected: { transactionId: first } });
  expect(after.finished).toMatchObject([
    { end: { title: "It is not a live person" }, answer: { detail: "200, accepted" } },
  ]);
  expect(after.faults?.seed).toBe("7");
  expect(after.faults?.words.replaceAll("\u00a0", " ")).toBe("drop 12.5 % · delay 0–300 ms");
});

const sent = (
  kind: "callback" | "retry" | "forged" | "dropped",
  httpStatus: number | null,
  code = httpStatus === 200 ? "Success" : "Refused",
) => ({
  at: 0,
  kind,
  url: "https://merchant.example/callbacks/default",
  httpStatus,
  code,
});

test.each<[string, Transaction["callbacks"], string[], string]>([
  ["accepted", [sent("callback", 200)], ["good"], "200, accepted"],
  ["refused, then accepted", [sent("callback", 503), sent("retry", 200)], ["bad", "good"], "200, accepted"],
  ["refused twice", [sent("callback", 503), sent("retry", 503)], ["bad", "bad", "quiet"], "503, not accepted"],
  ["unreachable", [sent("callback", null, "Unreachable")], ["bad", "quiet"], "the receiver is unreachable"],
  ["silent", [sent("callback", null, "Timeout")], ["bad", "quiet"], "no answer in time"],
  ["dropped", [sent("dropped", null)], ["quiet", "quiet"], "never sent, by the fault plan"],
  ["forged and refused", [sent("callback", 200), sent("forged", 401)], ["good", "good"], "200, accepted"],
  ["forged and let in", [sent("callback", 200), sent("forged", 200)], ["good", "bad"], "200, accepted"],
])("a callback that was %s is told so", (_name, callbacks, tones, last) => {
  const held = givenTransaction({ callbacks });
  expect(receiverWords(held).map(({ tone }) => tone)).toEqual(tones);
  expect(lastAnswer(held)?.detail).toBe(last);
});

test.each<[Partial<Transaction>, number, string | null]>([
  [{}, 0, null],
  [{ written: "started" }, 0, null],
  [{}, 1_800_000, "Time ran out"],
  [{ written: "interrupted", abandonment: { page: "FACE", errorCode: "1006", at: 0 } }, 0, "Walked away"],
  [{ written: "completed", outcome: { passed: "Y", subCode: "200", at: 0 } }, 0, "It is the right person"],
  [{ written: "completed", outcome: { passed: "N", subCode: "299", at: 0 } }, 0, "Failed"],
])("a session %j at %d ended as %s", (change, now, title) => {
  expect(endWords(givenTransaction(change), now)?.title ?? null).toBe(title);
});

test("any callback can be sent again by hand, and the receiver's answer is shown", async () => {
  const { open, complete, control, callbacks, receiver, rows } = setup();
  const id = await open();
  await complete(id, "N", "205");
  receiver.say = () => answered(503);
  const again = await control("POST", `/transactions/${id}/replay`);
  expect(again).toMatchObject({ status: 200, body: { callbacks: [{ kind: "callback" }, { kind: "replayed" }] } });
  await control("POST", `/transactions/${id}/replay`, { callback: 1 });
  expect(new Set(callbacks().map(String)).size).toBe(1);
  expect((await rows())[0]?.callbacks.map(({ httpStatus }) => httpStatus)).toEqual([200, 503, 503]);
  const missing = await control("POST", `/transactions/${id}/replay`, { callback: 9 });
  expect(missing).toMatchObject({ status: 409, body: { code: "no_callback" } });
});

test("a stranger can claim anything at any time, under a token of his or one that nobody issued", async () => {
  const { open, control, callbacks, rows } = setup();
  const [id, mute] = [await open(), await open({ CallbackUrl: undefined })];
  await control("POST", `/transactions/${id}/forge`);
  await control("POST", `/transactions/${id}/forge`, { passed: "N", subCode: "206", token: "token-1" });
  const told = callbacks().map(({ searchParams: sent }) => [sent.get("passed"), sent.get("subCode")]);
  expect(told).toEqual([
    ["Y", "200"],
    ["N", "206"],
  ]);
  const [guessed, stolen] = callbacks().map(({ searchParams }) => searchParams.get("callbackToken"));
  expect(guessed).not.toBe("token-1");
  expect(stolen).toBe("token-1");
  expect((await rows())[0]).toMatchObject({
    state: "initialized",
    callbacks: [{ kind: "forged" }, { kind: "forged" }],
  });
  expect(await control("POST", `/transactions/${mute}/forge`)).toMatchObject({ status: 409 });
  expect(await control("POST", "/transactions/hksx/forge")).toMatchObject({ status: 404 });
});

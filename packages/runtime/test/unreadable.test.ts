import { once } from "node:events";
import { Hono } from "hono";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ConnectionLimits, type Serving, serve } from "../src/index.ts";
import { closing, openRaw, sendRaw, statusesIn, untilClosed } from "./raw-client.ts";

const generous: ConnectionLimits = { headersMs: 20_000, requestMs: 20_000, idleMs: 20_000, headerBytes: 4_096 };
const host = "Host: verdict.example\r\n";
const GET = `GET /here HTTP/1.1\r\n${host}\r\n`;
const LAST = `GET /here HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;

let serving: Serving;
let reported: unknown[];
let hold: Promise<void>;

const app = new Hono()
  .get("/here", (c) => c.text("here"))
  .get("/held", async (c) => {
    await hold;
    return c.text("held");
  })
  .get("/large", (c) => c.body("x".repeat(64 * 1024 * 1024)))
  .post("/echo", async (c) => c.text(await c.req.text()))
  .onError((_, c) => c.body(null, 500));

async function start(limits: Partial<ConnectionLimits> = {}): Promise<void> {
  await serving?.close(0);
  const onUnreadable = (...told: unknown[]) => void reported.push(told);
  serving = await serve({ app, port: 0, variable: "PORT", limits: { ...generous, ...limits }, onUnreadable });
}

beforeEach(async () => {
  reported = [];
  await start();
});
afterEach(() => serving.close(0));

const local = expect.stringMatching(/127\.0\.0\.1$/);

test.each<[string, string | Buffer, number]>([
  ["noise", "nonsense\r\n\r\n", 400],
  ["a TLS greeting", Buffer.from("16030100a5010000a10303", "hex"), 400],
  ["an HTTP/2 greeting", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  ["a header that is none", `GET /here HTTP/1.1\r\n${host}X\r\n\r\n`, 400],
  ["two lengths", `GET /here HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 400],
  ["too large headers", `GET /here HTTP/1.1\r\n${host}X: ${"x".repeat(5_000)}\r\n\r\n`, 431],
  ["a too long target", `GET /${"x".repeat(100_000)} HTTP/1.1\r\n${host}\r\n`, 431],
  ["no Host", "GET /here HTTP/1.1\r\n\r\n", 400],
  ["a Host that is none", "GET /here HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
  ["a Host with a path", "GET /here HTTP/1.1\r\nHost: a/b\r\n\r\n", 400],
  ["a target that makes no URL", `GET http://[ HTTP/1.1\r\n${host}\r\n`, 400],
  ["a backslash in the path", `GET /a\\b HTTP/1.1\r\n${host}\r\n`, 400],
  ["a body that is broken", `POST /echo HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nnonsense\r\n`, 400],
])("%s is answered, told, kept by nobody, and the connection closed", async (_, bytes, status) => {
  const answer = await sendRaw(serving, bytes);
  expect(statusesIn(answer)).toEqual([status]);
  expect(answer.toLowerCase()).toContain("\r\ncache-control: no-store\r\n");
  expect(answer.toLowerCase()).toContain("\r\nconnection: close\r\n");
  expect(answer).toMatch(/\r\n\r\n\{"status":"refused"\}$/);
  expect(reported).toEqual([[status, local]]);
});

test("a client that drips its headers is cut off", async () => {
  await start({ headersMs: 60 });
  const { client } = await openRaw(serving);
  client.write(`GET /here HTTP/1.1\r\n${host}X: `);
  const drip = setInterval(() => client.write("x"), 5);
  expect(statusesIn(await untilClosed(client))).toEqual([408]);
  clearInterval(drip);
  expect(reported).toEqual([[408, local]]);
});

test("so is one that sends nothing at all, and one whose body takes too long", async () => {
  await start({ headersMs: 60, requestMs: 60 });
  expect(statusesIn(await sendRaw(serving, ""))).toEqual([408]);
  expect(statusesIn(await sendRaw(serving, `POST /echo HTTP/1.1\r\n${host}Content-Length: 9\r\n\r\nabc`))).toEqual([
    408,
  ]);
  expect(reported).toEqual([
    [408, local],
    [408, local],
  ]);
});

test("a refused client that goes on writing and never reads loses its connection", async () => {
  const { client, accepted } = await openRaw(serving);
  client.pause();
  const more = setInterval(() => client.write("nonsense\r\n".repeat(1_000)), 5);
  await closing(accepted);
  clearInterval(more);
  client.destroy();
  expect(reported).toEqual([[400, local]]);
});

test("a connection that is simply closed is not told", async () => {
  const { client, accepted } = await openRaw(serving);
  client.resetAndDestroy();
  await closing(accepted);
  expect(reported).toEqual([]);
});

test.each([
  ["of a gigabyte that never comes", "Content-Length: 1000000000\r\n\r\n", ""],
  ["of a gigabyte that comes", "Content-Length: 1000000000\r\n\r\n", "x".repeat(100_000)],
  ["in chunks that never end", "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"],
])("a GET with a body %s is answered and holds no connection", async (_, headers, part) => {
  const { client, accepted } = await openRaw(serving);
  client.write(`GET /here HTTP/1.1\r\n${host}${headers}`);
  const writing = setInterval(() => client.writableLength === 0 && client.write(part), 1);
  const gone = closing(accepted);
  expect(statusesIn(await untilClosed(client))).toEqual([200]);
  clearInterval(writing);
  await gone;
  expect(reported).toEqual([]);
});

test("a GET with a body that ends keeps its connection", async () => {
  const withBody = `GET /here HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`;
  expect(statusesIn(await sendRaw(serving, withBody + withBody + LAST))).toEqual([200, 200, 200]);
});

test("many requests in one packet are all answered", async () => {
  const answers = await sendRaw(serving, GET.repeat(200) + LAST);
  expect(statusesIn(answers)).toEqual(Array(201).fill(200));
});

test("noise behind requests takes no answer away from them", async () => {
  const held = Promise.withResolvers<void>();
  hold = held.promise;
  const { client } = await openRaw(serving);
  const broken = once(serving.server, "clientError");
  client.write(`${GET}GET /held HTTP/1.1\r\n${host}\r\nnonsense\r\n\r\n`);
  const answers = untilClosed(client);
  await broken;
  held.resolve();
  expect(statusesIn(await answers)).toEqual([200, 200, 400]);
  expect(await answers).toMatch(/here.*held.*refused/s);
});

test("HTTP/1.0 needs no Host, and an expectation nobody knows is no mistake", async () => {
  expect(statusesIn(await sendRaw(serving, "GET /here HTTP/1.0\r\n\r\n"))).toEqual([200]);
  const expecting = `GET /here HTTP/1.1\r\n${host}Expect: the-unexpected\r\nConnection: close\r\n\r\n`;
  expect(statusesIn(await sendRaw(serving, expecting))).toEqual([200]);
});

test("a kept connection is closed when nothing more comes", async () => {
  await start({ idleMs: 30 });
  expect(statusesIn(await sendRaw(serving, GET))).toEqual([200]);
});

test("a client that does not take its answer loses its connection", async () => {
  await start({ headersMs: 60, requestMs: 60 });
  const { client, accepted } = await openRaw(serving);
  client.pause();
  client.write(`GET /large HTTP/1.1\r\n${host}\r\n`);
  await closing(accepted);
  client.destroy();
});

test("an answer may take us longer than the client's limits", async () => {
  await start({ headersMs: 30, requestMs: 30 });
  const held = Promise.withResolvers<void>();
  hold = held.promise;
  const { client, accepted } = await openRaw(serving);
  client.write(`GET /held HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  await once(accepted, "timeout");
  held.resolve();
  expect(statusesIn(await untilClosed(client))).toEqual([200]);
});

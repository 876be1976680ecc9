import { describe, expect, test } from "vitest";
import type { ProviderClientOptions } from "../src/client.ts";
import { givenClient, givenProvider, givenSocket, json, nowhere } from "./provider-stub.ts";

const SESSION = { merchantBizId: "b1", transactionId: "hks1" };

const check = (endpoint: string, options: Partial<ProviderClientOptions> = {}) =>
  givenClient(endpoint, options).checkResult(SESSION);

const soon = (ms: number) => ({ timeoutMs: { CheckResult: ms } });

const good = { RequestId: "r1", Code: "Success", Message: "success", Result: { Passed: "Y", SubCode: "200" } };

describe("a good day", () => {
  test.each(["Success", "200"])("an answer with Code %s is read", async (Code) => {
    const { endpoint } = await givenProvider((res) => json(res, { ...good, Code }));
    expect(await check(endpoint)).toMatchObject({ kind: "ok", result: { passed: "Y", subCode: "200" } });
  });

  test("connections are kept for call after call", async () => {
    const { endpoint, connections } = await givenProvider((res) => json(res, good));
    const client = givenClient(endpoint);
    for (let calls = 0; calls < 20; calls++) await client.checkResult(SESSION);
    // Two, since a connection is free again only a moment after its answer.
    expect(connections()).toBeLessThanOrEqual(2);
  });

  test("no more connections are opened than allowed, and every call gets its answer", async () => {
    const { endpoint, heard, connections } = await givenProvider((res) => json(res, good));
    const client = givenClient(endpoint, { connections: 3 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => client.checkResult(SESSION)));
    expect(answers.every(({ kind }) => kind === "ok")).toBe(true);
    expect(heard).toHaveLength(30);
    expect(connections()).toBeLessThanOrEqual(3);
  });

  test("a hint ahead of the answer is not the answer", async () => {
    const { endpoint } = await givenProvider((res) => {
      res.writeEarlyHints({ link: "</x>; rel=preload", "retry-after": "7" }, () => json(res, good));
    });
    expect(await check(endpoint)).toMatchObject({ kind: "ok", httpStatus: 200 });
  });

  test("a byte order mark in front is no reason to lose an answer", async () => {
    const { endpoint } = await givenProvider((res) => res.end(`\ufeff${JSON.stringify(good)}`));
    expect(await check(endpoint)).toMatchObject({ kind: "ok" });
  });

  test("a character split between two packets arrives whole", async () => {
    const whole = Buffer.from(JSON.stringify({ ...good, Message: "中" }));
    const inside = whole.indexOf(Buffer.from("中")) + 1;
    const { endpoint } = await givenProvider((res) => {
      res.write(whole.subarray(0, inside), () => res.end(whole.subarray(inside)));
    });
    expect(await check(endpoint)).toMatchObject({ kind: "ok", message: "中" });
  });

  test.each<[string, Record<string, string>, number | null]>([
    ["the vendor's header, in milliseconds", { "x-acs-retry-after": "1500" }, 1_500],
    ["a proxy's header, in seconds", { "retry-after": "2" }, 2_000],
    ["the vendor's first", { "x-acs-retry-after": "10", "retry-after": "2" }, 10],
    ["at most five minutes", { "retry-after": "86400" }, 300_000],
    ["no date", { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }, null],
    ["nothing below zero", { "x-acs-retry-after": "-5" }, null],
    ["no zero", { "x-acs-retry-after": "0" }, null],
    ["no header", {}, null],
  ])("the pause a throttled call is asked for: %s", async (_what, headers, retryAfterMs) => {
    const { endpoint } = await givenProvider((res) => json(res, { Code: "Throttling.User" }, 400, headers));
    expect(await check(endpoint)).toMatchObject({ kind: "throttled", retryAfterMs });
  });
});

describe("what a call refuses before it sends anything", () => {
  test("a request that breaks its schema rejects, and does not repeat the picture", async () => {
    const { endpoint, heard } = await givenProvider((res) => json(res, good));
    const client = givenClient(endpoint);
    const picture = "SECRETPICTURE".repeat(200_000);
    const request = {
      ...SESSION,
      productCode: "FACE_IDU_MIN",
      merchantUserId: "u",
      sourceFacePicture: picture,
    } as const;
    const error = await client.faceDuplicationCheck(request).catch((thrown: unknown) => String(thrown));
    expect(error).toContain("sourceFacePicture");
    expect(error).not.toContain("SECRETPICTURE");
    expect(heard).toEqual([]);
  });

  test.each([
    [{ accessKeyId: "LTAIsecret\n" }, "The access key id holds a space, a line break or no ASCII."],
    [{ securityToken: "CAIS secret" }, "The security token holds what no header can carry."],
  ])("credentials no header can carry, without repeating them", (broken, message) => {
    expect(() => givenClient("http://127.0.0.1:1", broken)).toThrow(new Error(message));
  });
});

describe("answers that are none", () => {
  test.each<[string, number, string, Record<string, string>]>([
    ["a proxy's page", 502, "<html><h1>502 Bad Gateway</h1></html>", { "content-type": "text/html" }],
    ["an empty body", 200, "", {}],
    ["no content", 204, "", {}],
    ["a redirect", 302, "", { location: "/elsewhere" }],
    ["half a JSON", 200, '{"Code":"Succ', {}],
    ["compressed without being asked to", 200, "\u001f\u008b\u0008", { "content-encoding": "gzip" }],
  ])("%s (%i) is transient, perhaps acted upon, and asked for once", async (_what, httpStatus, body, headers) => {
    const { endpoint, heard } = await givenProvider((res) => res.writeHead(httpStatus, headers).end(body));
    expect(await check(endpoint)).toMatchObject({ kind: "transient", code: "NotJson", httpStatus, lost: true });
    expect(heard).toHaveLength(1);
  });

  test("a redirect is not followed, and what it says is not believed", async () => {
    const { endpoint, heard } = await givenProvider((res) => json(res, good, 307, { location: "/elsewhere" }));
    expect(await check(endpoint)).toMatchObject({ kind: "unknown", httpStatus: 307 });
    expect(heard.map(({ url }) => url.pathname)).toEqual(["/"]);
  });

  test.each([true, false])("an answer without end is cut off (length announced: %s)", async (announced) => {
    const { endpoint, heard } = await givenProvider((res, req) => {
      if (announced) res.writeHead(200, { "content-length": "1000000000" });
      const more = () => {
        while (!req.socket.destroyed && res.write(Buffer.alloc(65_536, "x")));
      };
      res.on("drain", more).on("error", () => {});
      more();
    });
    const answer = await check(endpoint, { answerBytesMax: 200_000 });
    expect(answer).toMatchObject({ kind: "transient", code: "TooLarge", httpStatus: 200, lost: true });
    expect(heard).toHaveLength(1);
  });

  test("an answer of exactly the allowed size is read, one byte more is not", async () => {
    const { endpoint } = await givenProvider((res) => json(res, good));
    const length = Buffer.byteLength(JSON.stringify(good));
    expect(await check(endpoint, { answerBytesMax: length })).toMatchObject({ kind: "ok" });
    expect(await check(endpoint, { answerBytesMax: length - 1 })).toMatchObject({ code: "TooLarge" });
  });
});

describe("time limits", () => {
  test("a provider that never answers", async () => {
    const { endpoint, heard } = await givenProvider(() => {});
    expect(await check(endpoint, soon(80))).toEqual({
      kind: "transient",
      code: "Timeout",
      message: "No complete answer within 80 ms.",
      httpStatus: null,
      requestId: null,
      lost: true,
    });
    expect(heard).toHaveLength(1);
  });

  test("an answer that trickles in does not win time, and its connection is given up", async () => {
    const closed = Promise.withResolvers<void>();
    const { endpoint } = await givenProvider((res, req) => {
      const drip = setInterval(() => res.write(" "), 5);
      req.socket.on("close", () => {
        clearInterval(drip);
        closed.resolve();
      });
    });
    expect(await check(endpoint, soon(120))).toMatchObject({ code: "Timeout", lost: true });
    await closed.promise;
  });

  test("headers that trickle in do not win time either", async () => {
    const { endpoint } = await givenSocket((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const drip = setInterval(() => socket.write("x-slow: 1\r\n"), 5);
      socket.on("close", () => clearInterval(drip));
    });
    expect(await check(endpoint, soon(120))).toMatchObject({ code: "Timeout", lost: true });
  });

  test("a call that only ever waited for a free connection was not sent", async () => {
    const { endpoint, heard } = await givenProvider(() => {});
    const client = givenClient(endpoint, { connections: 1, timeoutMs: { CheckVerifyLog: 250, CheckResult: 80 } });
    const first = client.checkVerifyLog(SESSION);
    expect(await client.checkResult(SESSION)).toMatchObject({ code: "Timeout", lost: false });
    expect(await first).toMatchObject({ code: "Timeout", lost: true });
    expect(heard).toHaveLength(1);
  });

  test("a handshake that never ends counts against the call, which was not sent", async () => {
    const { port } = await givenSocket(() => {});
    const answer = await check(`https://127.0.0.1:${port}`, { ...soon(80), connectTimeoutMs: 200 });
    expect(answer).toMatchObject({ code: "Timeout", lost: false });
  });

  test("a handshake that takes too long is told from a lost answer", async () => {
    const { port } = await givenSocket(() => {});
    const answer = await check(`https://127.0.0.1:${port}`, { connectTimeoutMs: 50 });
    expect(answer).toMatchObject({ code: "ConnectionFailed", lost: false });
  });

  test("after a timeout the next call gets an answer of its own", async () => {
    let calls = 0;
    const { endpoint } = await givenProvider((res) => {
      if (calls++ > 0) json(res, good);
    });
    const client = givenClient(endpoint, { connections: 1, ...soon(80) });
    expect(await client.checkResult(SESSION)).toMatchObject({ code: "Timeout" });
    expect(await client.checkResult(SESSION)).toMatchObject({ kind: "ok" });
  });
});

describe("broken connections", () => {
  test("a refused connection means that nothing was sent", async () => {
    expect(await check(await nowhere())).toEqual({
      kind: "transient",
      code: "ConnectionFailed",
      message: "No connection could be made.",
      httpStatus: null,
      requestId: null,
      lost: false,
    });
  });

  test("a name nobody knows likewise", async () => {
    expect(await check("http://verdict.invalid")).toMatchObject({ code: "ConnectionFailed", lost: false });
  });

  test("a stranger's certificate likewise", async () => {
    const { port } = await givenSocket((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n"));
    expect(await check(`https://127.0.0.1:${port}`)).toMatchObject({ code: "ConnectionFailed", lost: false });
  });

  test.each<[string, string]>([
    ["before a word", ""],
    ["amid the headers", "HTTP/1.1 200 OK\r\ncontent-"],
    ["amid the body", 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"Code":"Success"}'],
    ["amid a chunk", 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\n{"Code":"Success"}'],
  ])("a connection closed %s may have been acted upon, and is not tried again", async (_when, words) => {
    let calls = 0;
    const { endpoint } = await givenSocket((socket) => {
      socket.on("data", () => {
        calls++;
        socket.end(words);
      });
    });
    expect(await check(endpoint)).toMatchObject({ kind: "transient", code: "ConnectionFailed", lost: true });
    expect(calls).toBe(1);
  });

  test("a kept connection that breaks under the next call is not silently used again", async () => {
    let calls = 0;
    const { endpoint } = await givenProvider((res, req) => {
      if (calls++ === 0) json(res, good);
      else req.socket.destroy();
    });
    const client = givenClient(endpoint);
    expect(await client.checkResult(SESSION)).toMatchObject({ kind: "ok" });
    expect(await client.checkResult(SESSION)).toMatchObject({ code: "ConnectionFailed", lost: true });
    expect(calls).toBe(2);
  });

  test("what is no HTTP at all", async () => {
    const { endpoint } = await givenSocket((socket) => socket.on("data", () => socket.end("SSH-2.0-OpenSSH\r\n")));
    expect(await check(endpoint)).toMatchObject({ kind: "transient", code: "ConnectionFailed", lost: true });
  });

  test("a closed client says so without sending", async () => {
    const { endpoint, heard } = await givenProvider((res) => json(res, good));
    const client = givenClient(endpoint);
    await client.close();
    expect(await client.keepalive()).toMatchObject({ code: "ConnectionFailed", lost: false });
    expect(heard).toEqual([]);
  });

  test("closing waits for the calls that run", async () => {
    const asked = Promise.withResolvers<() => void>();
    const { endpoint } = await givenProvider((res) => asked.resolve(() => json(res, good)));
    const client = givenClient(endpoint);
    const running = client.checkResult(SESSION);
    const answer = await asked.promise;
    const closing = client.close();
    answer();
    expect(await running).toMatchObject({ kind: "ok" });
    await closing;
  });
});

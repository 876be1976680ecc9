import { expect, test } from "vitest";
import { checkUrl, PUBLIC_ONLY } from "../src/index.ts";
import { makeCertificate } from "./certificate.ts";
import { allowHosts, allowReceiver, givenClient, givenReceiver } from "./receiver.ts";

const post = (url: string) => ({ url, headers: { "content-type": "application/json" }, body: "{}" });

test("a name that turns inside after it was saved is refused, and nothing is connected to", async () => {
  const trap = await givenReceiver();
  const answers = [["93.184.216.34"], ["127.0.0.1"]];
  const resolve = async () => answers.shift() ?? [];
  const url = `https://rebind.example.com:${trap.port}/`;

  expect(await checkUrl(url, { allowed: PUBLIC_ONLY, resolve })).toEqual({ ok: true, warning: null });
  expect(await givenClient({ resolve }).post(post(url))).toEqual({ kind: "refused", reason: "loopback" });
  expect(trap.connections()).toBe(0);
});

test("the connection goes to the very address that was judged: nobody is asked a second time", async () => {
  const receiver = await givenReceiver();
  const asked: string[] = [];
  const client = givenClient({
    allowed: allowHosts({ host: "hooks.internal", port: receiver.port }),
    resolve: async (host) => {
      asked.push(host);
      return asked.length === 1 ? ["127.0.0.1"] : ["169.254.169.254"];
    },
  });
  const posted = await client.post(post(`http://hooks.internal:${receiver.port}/path?query=1`));

  expect(posted).toMatchObject({ kind: "answered", status: 200, body: "ok", cut: false });
  expect(asked).toEqual(["hooks.internal"]);
  expect(receiver.received).toMatchObject([
    { method: "POST", path: "/path?query=1", headers: { host: `hooks.internal:${receiver.port}` }, body: "{}" },
  ]);
});

test("every new connection is judged anew", async () => {
  const receiver = await givenReceiver((_request, response) => {
    response.setHeader("connection", "close");
    response.end("ok");
  });
  const answers = [["127.0.0.1"], ["169.254.169.254"]];
  const client = givenClient({
    allowed: allowHosts({ host: "hooks.internal", port: receiver.port }),
    resolve: async () => answers.shift() ?? [],
  });
  const url = `http://hooks.internal:${receiver.port}/`;
  expect(await client.post(post(url))).toMatchObject({ kind: "answered", status: 200 });
  expect(await client.post(post(url))).toEqual({ kind: "refused", reason: "link_local" });
  expect(await client.post(post(url))).toEqual({ kind: "unresolved" });
});

test.each([301, 302, 303, 307, 308])("a redirect (%i) is an answer and is never followed", async (status) => {
  const trap = await givenReceiver();
  const receiver = await givenReceiver((_request, response) => {
    response.writeHead(status, { location: `${trap.url}/secret` });
    response.end();
  });
  // Even though the place it points to could be reached.
  const allowed = allowHosts({ host: "127.0.0.1", port: null });
  expect(await givenClient({ allowed }).post(post(receiver.url))).toMatchObject({ kind: "answered", status });
  expect(trap.connections()).toBe(0);
});

test("TLS: the certificate must be for the host's name, and somebody must vouch for it", async () => {
  const certificate = makeCertificate("hooks.internal");
  const receiver = await givenReceiver(undefined, certificate);
  const allowed = allowHosts({ host: "hooks.internal", port: null }, { host: "other.internal", port: null });
  const resolve = async () => ["127.0.0.1"];
  const client = givenClient({ allowed, resolve, ca: certificate.cert });

  expect(await client.post(post(`https://hooks.internal:${receiver.port}/`))).toMatchObject({ status: 200 });
  expect(await client.post(post(`https://other.internal:${receiver.port}/`))).toEqual({
    kind: "broken",
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
  });
  expect(await givenClient({ allowed, resolve }).post(post(`https://hooks.internal:${receiver.port}/`))).toEqual({
    kind: "broken",
    code: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
  expect(receiver.received).toHaveLength(1);
});

test("of an answer 16 kB are read", async () => {
  const receiver = await givenReceiver((_request, response) => void response.end("x".repeat(1_000_000)));
  const posted = await givenClient({ allowed: allowReceiver(receiver) }).post(post(receiver.url));
  expect(posted).toMatchObject({ kind: "answered", status: 200, body: "x".repeat(16_384), cut: true });
});

test("a body that trickles is cut, and its status counts", async () => {
  const receiver = await givenReceiver((_request, response) => {
    response.writeHead(200);
    response.write("begun");
  });
  const posted = await givenClient({ allowed: allowReceiver(receiver), bodyMs: 50 }).post(post(receiver.url));
  expect(posted).toMatchObject({ kind: "answered", status: 200, body: "begun", cut: true });
});

test("a body that breaks off is cut, and its status counts", async () => {
  const receiver = await givenReceiver((_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("begun", () => response.destroy());
  });
  const posted = await givenClient({ allowed: allowReceiver(receiver) }).post(post(receiver.url));
  expect(posted).toMatchObject({ kind: "answered", status: 200, cut: true });
});

test("hints ahead of an answer are not the answer", async () => {
  const receiver = await givenReceiver((_request, response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload" });
    response.writeHead(201).end("made");
  });
  const posted = await givenClient({ allowed: allowReceiver(receiver) }).post(post(receiver.url));
  expect(posted).toMatchObject({ kind: "answered", status: 201, body: "made", cut: false });
});

test("silence ends with the attempt's time", async () => {
  const receiver = await givenReceiver(() => undefined);
  const client = givenClient({ allowed: allowReceiver(receiver), timeoutMs: 50 });
  expect(await client.post(post(receiver.url))).toEqual({ kind: "timed_out" });
});

test("a name server that never answers ends with the attempt's time", async () => {
  const client = givenClient({ resolve: () => new Promise(() => undefined), timeoutMs: 50 });
  expect(await client.post(post("https://slow.example.com/"))).toEqual({ kind: "timed_out" });
});

test("a port where nobody listens is told as such", async () => {
  const client = givenClient({ allowed: allowHosts({ host: "127.0.0.1", port: 1 }) });
  expect(await client.post(post("http://127.0.0.1:1/"))).toEqual({ kind: "broken", code: "ECONNREFUSED" });
});

test("a header that cannot be sent is a failure, not an exception", async () => {
  const receiver = await givenReceiver();
  const client = givenClient({ allowed: allowReceiver(receiver) });
  const posted = await client.post({ url: receiver.url, headers: { "x-a": "line\nbreak" }, body: "" });
  expect(posted).toMatchObject({ kind: "broken" });
});

test("cookies are forgotten, and proxies of the environment are not asked", async () => {
  const proxy = await givenReceiver();
  process.env.http_proxy = proxy.url;
  process.env.HTTP_PROXY = proxy.url;
  try {
    const receiver = await givenReceiver((_request, response) => {
      response.setHeader("set-cookie", "session=1");
      response.end("ok");
    });
    const client = givenClient({ allowed: allowReceiver(receiver) });
    await client.post(post(receiver.url));
    await client.post(post(receiver.url));
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received.every(({ headers }) => headers.cookie === undefined)).toBe(true);
    expect(proxy.connections()).toBe(0);
  } finally {
    delete process.env.http_proxy;
    delete process.env.HTTP_PROXY;
  }
});

test("closing lets an attempt finish that is under way, but not for ever", async () => {
  const release = Promise.withResolvers<void>();
  const receiver = await givenReceiver(async ({ path }, response) => {
    if (path === "/never") return;
    await release.promise;
    response.end("ok");
  });
  const patient = givenClient({ allowed: allowReceiver(receiver) });
  const finished = patient.post(post(receiver.url));
  const closed = patient.close(10_000);
  release.resolve();
  expect(await finished).toMatchObject({ kind: "answered", status: 200 });
  await closed;

  const impatient = givenClient({ allowed: allowReceiver(receiver) });
  const cutOff = impatient.post(post(`${receiver.url}/never`));
  await impatient.close(50);
  expect(await cutOff).toMatchObject({ kind: "broken" });
  expect(await impatient.post(post(receiver.url))).toMatchObject({ kind: "broken" });
});

import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { channelConfig, type DeliveryClientOptions, type Notice, send } from "../src/index.ts";
import { makeCertificate } from "./certificate.ts";
import { givenNotice } from "./given-notice.ts";
import { allowHosts, givenClient } from "./receiver.ts";

type Mail = { from: string; to: string[]; user: string | undefined; secure: boolean; source: string };

const certificate = makeCertificate("mail.internal");

/** A mail server for the length of a test, with a certificate for `mail.internal`. */
async function givenMailServer(options: SMTPServerOptions = {}) {
  const mails: Mail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    ...certificate,
    authOptional: true,
    onConnect(_session, callback) {
      connections += 1;
      callback();
    },
    onAuth({ username, password }, _session, callback) {
      if (password === "sesame") callback(null, { user: username });
      else callback(new Error("wrong"));
    },
    onData(stream, session, callback) {
      const { envelope, user, secure } = session;
      const from = envelope.mailFrom ? envelope.mailFrom.address : "";
      text(stream).then((source) => {
        mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), user: user as string, secure, source });
        callback();
      }, callback);
    },
    ...options,
  });
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  onTestFinished(() => new Promise<void>((resolve) => server.close(resolve)));
  const { port } = server.server.address() as AddressInfo;
  return { port, mails, connections: () => connections };
}

function sendTo(
  { port }: { port: number },
  config: Record<string, unknown> = {},
  notice: Notice = givenNotice(),
  options: DeliveryClientOptions = {},
) {
  const client = givenClient({
    allowed: allowHosts({ host: "mail.internal", port }, { host: "other.internal", port }),
    resolve: async () => ["127.0.0.1"],
    ca: certificate.cert,
    ...options,
  });
  const channel = channelConfig.parse({
    kind: "email",
    host: "mail.internal",
    port,
    username: "verdict",
    password: "sesame",
    from: "verdict@example.com",
    to: ["ops@example.com", "duty@example.com"],
    ...config,
  });
  return send(channel, notice, { client, now: () => new Date() });
}

test("a mail is handed over encrypted and signed in, with what a mailbox needs to sort it", async () => {
  const server = await givenMailServer();
  expect(await sendTo(server, {}, givenNotice({ count: 1 }))).toEqual({ outcome: "sent" });
  expect(server.mails).toMatchObject([
    { from: "verdict@example.com", to: ["ops@example.com", "duty@example.com"], user: "verdict", secure: true },
  ]);
  const source = server.mails[0]?.source ?? "";
  expect(source).toMatch(/^Subject: \[live\] A callback came again with another result/m);
  expect(source).toContain("Message-ID: <01942f00-0000-7000-8000-000000000001.notice@example.com>");
  expect(source).toContain("References: <01942f00-0000-7000-8000-00000000000a.alert@example.com>");
  expect(source).toContain("Auto-Submitted: auto-generated");
  expect(source).toContain("Rule: discrepancy.mutated_replay");
});

test("over TLS from the first byte as well", async () => {
  const server = await givenMailServer({ secure: true });
  expect(await sendTo(server, { security: "tls" })).toEqual({ outcome: "sent" });
  expect(server.mails).toMatchObject([{ secure: true }]);
});

test("without TLS only where an operator has allowed it", async () => {
  const server = await givenMailServer({ disabledCommands: ["STARTTLS", "AUTH"] });
  const plain = { security: "none", username: undefined, password: undefined };
  expect(await sendTo(server, plain)).toEqual({ outcome: "sent" });
  expect(await sendTo(server, plain, givenNotice(), { allowed: allowHosts() })).toMatchObject({ reason: "bad_target" });
  expect(await sendTo(server, { ...plain, host: "smtp.example.com" })).toEqual({
    outcome: "failed",
    reason: "bad_target",
    detail: "Nothing was sent. Mail without TLS is only for servers an operator has allowed.",
  });
  expect(server.mails).toHaveLength(1);
});

test("a server that offers no TLS gets neither password nor mail", async () => {
  const server = await givenMailServer({ disabledCommands: ["STARTTLS"] });
  expect(await sendTo(server)).toEqual({
    outcome: "failed",
    reason: "rejected",
    detail: "The mail server refused TLS with 500",
  });
  expect(server.mails).toEqual([]);
});

test.each(["tls", "starttls"])("%s: a certificate for another name is refused", async (security) => {
  const server = await givenMailServer({ secure: security === "tls" });
  const outcome = await sendTo(server, { security, host: "other.internal" });
  expect(outcome).toEqual({
    outcome: "failed",
    reason: "unreachable",
    detail: "The connection failed: ERR_TLS_CERT_ALTNAME_INVALID",
  });
  expect(server.mails).toEqual([]);
});

test("a certificate nobody vouches for is refused", async () => {
  const server = await givenMailServer();
  const client = givenClient({
    allowed: allowHosts({ host: "mail.internal", port: server.port }),
    resolve: async () => ["127.0.0.1"],
  });
  const channel = channelConfig.parse({
    kind: "email",
    host: "mail.internal",
    port: server.port,
    from: "verdict@example.com",
    to: ["ops@example.com"],
  });
  const outcome = await send(channel, givenNotice(), { client, now: () => new Date() });
  expect(outcome).toMatchObject({ outcome: "failed", reason: "unreachable" });
  expect(server.mails).toEqual([]);
});

test("a wrong password is refused, and not told", async () => {
  const outcome = await sendTo(await givenMailServer(), { password: "hunter2" });
  expect(outcome).toEqual({ outcome: "failed", reason: "rejected", detail: "The mail server answered 535" });
});

const refuse = (responseCode: number) => Object.assign(new Error("hunter2@example.com is not here"), { responseCode });

test.each([
  [450, "unavailable"],
  [550, "rejected"],
])("all mailboxes refused with %i: %s", async (code, reason) => {
  const server = await givenMailServer({ onRcptTo: (_address, _session, callback) => callback(refuse(code)) });
  expect(await sendTo(server)).toEqual({
    outcome: "failed",
    reason,
    detail: `The mail server answered ${code}`,
  });
});

test("one mailbox that takes it is enough", async () => {
  const server = await givenMailServer({
    onRcptTo: ({ address }, _session, callback) =>
      address === "duty@example.com" ? callback() : callback(refuse(550)),
  });
  expect(await sendTo(server)).toEqual({ outcome: "sent" });
  expect(server.mails).toMatchObject([{ to: ["duty@example.com"] }]);
});

test("a line break in a title starts no header", async () => {
  const server = await givenMailServer();
  await sendTo(server, {}, givenNotice({ title: "x\r\nBcc: all@example.com" }));
  expect(server.mails[0]?.source.split("\r\n\r\n")[0]).not.toMatch(/^Bcc:/m);
  expect(server.mails[0]?.to).not.toContain("all@example.com");
});

test("a server that turns inside is never connected to", async () => {
  const server = await givenMailServer();
  const rebound = { allowed: allowHosts(), resolve: async () => ["127.0.0.1"] };
  expect(await sendTo(server, { host: "smtp.example.com" }, givenNotice(), rebound)).toMatchObject({
    reason: "bad_target",
  });
  expect(server.connections()).toBe(0);
});

test("a server that says nothing ends with the attempt's time", async () => {
  const silent = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(silent, "listening");
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const outcome = await sendTo({ port }, {}, givenNotice(), { timeoutMs: 100 });
  expect(outcome).toMatchObject({ outcome: "failed", reason: "unreachable" });
});

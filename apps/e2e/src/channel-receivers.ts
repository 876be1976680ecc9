import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

/** One channel as it is configured, and when it first heard of each subject. */
export type ChannelReceiver = {
  kind: string;
  config: Record<string, unknown>;
  /** Milliseconds since 1970 by subject: the first match of `subject` in what came. */
  heard: ReadonlyMap<string, number>;
  stop(): Promise<void>;
};

const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** What each kind of channel over HTTP has to be told, and answers when it took something. */
const HTTP_KINDS: Readonly<
  Record<string, { config: (url: string) => Record<string, unknown>; status: number; answer: string }>
> = {
  webhook: { config: (url) => ({ url, secrets: [WEBHOOK_SECRET] }), status: 204, answer: "" },
  slack: { config: (url) => ({ url }), status: 200, answer: "ok" },
  dingtalk: { config: (url) => ({ url, secret: "SECknown" }), status: 200, answer: '{"errcode":0,"errmsg":"ok"}' },
  feishu: { config: (url) => ({ url, secret: "known" }), status: 200, answer: '{"code":0,"msg":"success"}' },
  pagerduty: {
    config: (url) => ({ url, routingKey: "0".repeat(32) }),
    status: 202,
    answer: '{"status":"success","message":"Event processed","dedup_key":"x"}',
  },
};

/** A receiver on this machine for every kind of channel but Alertmanager, which can be had as it is. */
export const startChannelReceivers = (subject: RegExp): Promise<ChannelReceiver[]> =>
  Promise.all([...Object.keys(HTTP_KINDS).map((kind) => startHttp(kind, subject)), startMail(subject)]);

function note(heard: Map<string, number>, content: string, subject: RegExp): void {
  const [found] = subject.exec(content) ?? [];
  if (found !== undefined && !heard.has(found)) heard.set(found, Date.now());
}

async function startHttp(kind: string, subject: RegExp): Promise<ChannelReceiver> {
  const heard = new Map<string, number>();
  const about = HTTP_KINDS[kind];
  if (!about) throw new Error(`${kind} is no channel over HTTP.`);
  const server = createServer(async (request, response) => {
    note(heard, await text(request), subject);
    response.writeHead(about.status).end(about.answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${kind}`;
  return {
    kind,
    config: { kind, ...about.config(url) },
    heard,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function startMail(subject: RegExp): Promise<ChannelReceiver> {
  const heard = new Map<string, number>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onData(stream, _session, callback) {
      text(stream).then((mail) => {
        note(heard, mail, subject);
        callback();
      }, callback);
    },
  });
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  const mailbox = { from: "verdict@example.com", to: ["ops@example.com"] };
  return {
    kind: "email",
    config: { kind: "email", host: "127.0.0.1", port, security: "none", ...mailbox },
    heard,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

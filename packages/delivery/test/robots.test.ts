import { createHmac } from "node:crypto";
import type { ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { type ChannelConfig, channelConfig, type Notice, newWebhookSecret, send } from "../src/index.ts";
import { givenNotice, hugeNotice } from "./given-notice.ts";
import { allowReceiver, givenClient, givenReceiver, type Received } from "./receiver.ts";

type Reply = { status?: number; headers?: Record<string, string>; body: unknown };

/** A receiver that answers like the real one: it looks at the request, and says what that one would say. */
async function givenRobot(judge: (request: Received) => Reply) {
  const receiver = await givenReceiver((request, response: ServerResponse) => {
    const { status = 200, headers = {}, body } = judge(request);
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  const client = givenClient({ allowed: allowReceiver(receiver) });
  const sendTo = (config: Record<string, unknown>, notice: Notice = givenNotice(), now = () => new Date()) =>
    send(channelConfig.parse(config) as ChannelConfig, notice, { client, now });
  return { ...receiver, sendTo };
}

const json = ({ body }: Received) => JSON.parse(body);

const KINDS = ["opened", "repeated", "acknowledged", "resolved", "test"] as const;

// Slack: docs.slack.dev, "Sending messages using incoming webhooks" and "Blocks".
function slack(request: Received): Reply {
  const { text, blocks } = json(request);
  const [header, summary, facts, actions] = blocks;
  const fits =
    typeof text === "string" &&
    blocks.length <= 50 &&
    header.text.type === "plain_text" &&
    header.text.text.length <= 150 &&
    summary.text.text.length <= 3_000 &&
    facts.fields.length <= 10 &&
    facts.fields.every((field: { text: string }) => field.text.length <= 2_000) &&
    actions.elements.every(({ url }: { url: string }) => url.length <= 3_000);
  return fits ? { body: "ok" } : { status: 400, body: "invalid_blocks" };
}

test("Slack: every kind is taken, and nothing in a notice calls the whole channel", async () => {
  const robot = await givenRobot(slack);
  const config = { kind: "slack", url: `${robot.url}/services/T0/B0/x` };
  for (const kind of KINDS) expect(await robot.sendTo(config, givenNotice({ kind }))).toEqual({ outcome: "sent" });
  expect(await robot.sendTo(config, hugeNotice())).toEqual({ outcome: "sent" });
  const [opened] = robot.received;
  expect(opened?.body).not.toContain("<!channel>");
  expect(opened && json(opened).blocks[1].text.text).toContain("&lt;!channel&gt;");
  expect(opened?.body).toContain("https://verdict.example.com/alerts/");
  expect(opened?.body).toContain("runbook.md#discrepancymutated_replay");
});

test("Slack: too fast, with and without a pause; a hook that is no more; something else at the address", async () => {
  const replies: Reply[] = [
    { status: 429, headers: { "retry-after": "30" }, body: "rate_limited" },
    { status: 429, body: "rate_limited" },
    { status: 404, body: "no_service" },
    { status: 500, body: "rollup_error" },
    { body: "<html>welcome</html>" },
  ];
  const robot = await givenRobot(() => replies.shift() ?? { body: "ok" });
  const config = { kind: "slack", url: robot.url };
  const expected = [
    { reason: "rate_limited", retryInMs: 30_000 },
    { reason: "rate_limited", retryInMs: 1_000 },
    { reason: "rejected" },
    { reason: "unavailable" },
    { reason: "not_understood" },
  ];
  for (const failure of expected) expect(await robot.sendTo(config)).toMatchObject({ outcome: "failed", ...failure });
});

// DingTalk: open.dingtalk.com, "Custom robot access".
const DINGTALK_SECRET = "SEC0123456789abcdef";

function dingtalk({ path, body }: Received, now = Date.now()): Reply {
  const query = new URL(path, "http://robot").searchParams;
  const timestamp = query.get("timestamp") ?? "";
  const sign = createHmac("sha256", DINGTALK_SECRET).update(`${timestamp}\n${DINGTALK_SECRET}`).digest("base64");
  const { msgtype, markdown } = JSON.parse(body);
  if (query.get("access_token") !== "t0k3n") return { body: { errcode: 300001, errmsg: "token is not exist" } };
  if (query.get("sign") !== sign || Math.abs(now - Number(timestamp)) > 3_600_000) {
    return { body: { errcode: 310000, errmsg: "sign not match" } };
  }
  if (Buffer.byteLength(body) > 20_000) return { body: { errcode: 460101, errmsg: "message too long" } };
  const fits = msgtype === "markdown" && markdown.title !== "" && markdown.text !== "";
  return { body: fits ? { errcode: 0, errmsg: "ok" } : { errcode: 40035, errmsg: "miss param" } };
}

test("DingTalk: every kind is taken, signed, as Markdown without foreign links", async () => {
  const robot = await givenRobot(dingtalk);
  const url = `${robot.url}/robot/send?access_token=t0k3n`;
  const config = { kind: "dingtalk", url, secret: DINGTALK_SECRET };
  for (const kind of KINDS) expect(await robot.sendTo(config, givenNotice({ kind }))).toEqual({ outcome: "sent" });
  expect(await robot.sendTo(config, hugeNotice())).toEqual({ outcome: "sent" });
  const [opened] = robot.received;
  const { text } = opened ? json(opened).markdown : { text: "" };
  expect(text).not.toContain("](https://evil.example.com)");
  expect(text).toContain("[Open](https://verdict.example.com/alerts/");
  expect(text).toContain("[Runbook](https://verdict.example.com/docs/runbook.md#discrepancymutated_replay)");
});

test("DingTalk: faults that come with status 200 are faults", async () => {
  const robot = await givenRobot(dingtalk);
  const url = `${robot.url}/robot/send?access_token=t0k3n`;
  const signed = { kind: "dingtalk", url, secret: DINGTALK_SECRET };
  const twoHoursAgo = () => new Date(Date.now() - 7_200_000);
  expect(await robot.sendTo({ ...signed, secret: "SECother" })).toMatchObject({ reason: "rejected" });
  expect(await robot.sendTo({ kind: "dingtalk", url })).toMatchObject({ reason: "rejected" });
  expect(await robot.sendTo(signed, givenNotice(), twoHoursAgo)).toEqual({
    outcome: "failed",
    reason: "rejected",
    detail: "It answered code 310000: its security settings refuse us: signature, keyword or address",
  });
  expect(await robot.sendTo({ ...signed, url: `${robot.url}/robot/send?access_token=x` })).toMatchObject({
    detail: "It answered code 300001: the access token is unknown",
  });
});

test("DingTalk: more than twenty a minute is too fast, for ten minutes", async () => {
  const robot = await givenRobot((request) =>
    robot.received.length > 20
      ? { body: { errcode: 130101, errmsg: "send too fast, exceed 20 times per minute" } }
      : dingtalk(request),
  );
  const url = `${robot.url}/robot/send?access_token=t0k3n`;
  const config = { kind: "dingtalk", url, secret: DINGTALK_SECRET };
  for (let sent = 0; sent < 20; sent += 1) expect(await robot.sendTo(config)).toEqual({ outcome: "sent" });
  expect(await robot.sendTo(config)).toMatchObject({ reason: "rate_limited", retryInMs: 600_000 });
});

// Feishu and Lark: open.larksuite.com, "Custom bot usage guide".
const FEISHU_SECRET = "demo";

function feishu(request: Received): Reply {
  const { timestamp, sign, msg_type, card } = json(request);
  const expected = createHmac("sha256", `${timestamp}\n${FEISHU_SECRET}`).digest("base64");
  if (Buffer.byteLength(request.body) > 20_480) return { body: { code: 9499, msg: "Bad Request", data: {} } };
  if (typeof timestamp !== "string" || sign !== expected || Math.abs(Date.now() / 1000 - Number(timestamp)) > 3_600) {
    return { body: { code: 19021, msg: "sign match fail or timestamp is not within one hour from current time" } };
  }
  const fits = msg_type === "interactive" && card.header.title.tag === "plain_text" && card.elements.length > 0;
  return fits
    ? { body: { StatusCode: 0, StatusMessage: "success", code: 0, data: {}, msg: "success" } }
    : { body: { code: 9499, msg: "Bad Request", data: {} } };
}

test("Feishu: every kind is taken, signed, as a card of plain text", async () => {
  const robot = await givenRobot(feishu);
  const config = { kind: "feishu", url: `${robot.url}/open-apis/bot/v2/hook/x`, secret: FEISHU_SECRET };
  for (const kind of KINDS) expect(await robot.sendTo(config, givenNotice({ kind }))).toEqual({ outcome: "sent" });
  expect(await robot.sendTo(config, hugeNotice())).toEqual({ outcome: "sent" });
  expect(robot.received[0]?.body).not.toContain("lark_md");
  expect(robot.received.map((request) => json(request).card.header.template)).toEqual([
    "red",
    "red",
    "yellow",
    "green",
    "blue",
    "red",
  ]);
});

test("Feishu: faults are faults whatever status they come with, and old answers are understood", async () => {
  const replies: Reply[] = [
    { body: { code: 19024, msg: "Key Words Not Found" } },
    { body: { code: 11232, msg: "frequency limited" } },
    { status: 400, body: { code: 11232, msg: "frequency limited" } },
    { body: { StatusCode: 0, StatusMessage: "success" } },
    { body: "pong" },
  ];
  const robot = await givenRobot(() => replies.shift() ?? { body: "" });
  const config = { kind: "feishu", url: robot.url };
  expect(await robot.sendTo(config)).toMatchObject({ reason: "rejected", detail: expect.stringContaining("keyword") });
  expect(await robot.sendTo(config)).toMatchObject({ reason: "rate_limited", retryInMs: 60_000 });
  expect(await robot.sendTo(config)).toMatchObject({ reason: "rate_limited", retryInMs: 60_000 });
  expect(await robot.sendTo(config)).toEqual({ outcome: "sent" });
  expect(await robot.sendTo(config)).toMatchObject({ reason: "not_understood" });
});

test("Feishu: a wrong secret is refused by the bot", async () => {
  const robot = await givenRobot(feishu);
  expect(await robot.sendTo({ kind: "feishu", url: robot.url, secret: "other" })).toMatchObject({
    detail: "It answered code 19021: the signature does not match, or the clock is an hour off",
  });
});

// PagerDuty: api-schema, reference/events-v2.
const ROUTING_KEY = "0123456789abcdef0123456789abcdef";

function pagerduty(request: Received): Reply {
  const { routing_key, event_action, dedup_key, payload } = json(request);
  const fits =
    routing_key === ROUTING_KEY &&
    ["trigger", "acknowledge", "resolve"].includes(event_action) &&
    typeof dedup_key === "string" &&
    dedup_key.length <= 255 &&
    typeof payload.source === "string" &&
    payload.summary.length <= 1_024 &&
    ["critical", "error", "warning", "info"].includes(payload.severity) &&
    !Number.isNaN(Date.parse(payload.timestamp)) &&
    Buffer.byteLength(request.body) <= 512 * 1024;
  return fits
    ? { status: 202, body: { status: "success", message: "Event processed", dedup_key } }
    : { status: 400, body: { status: "invalid event", message: "Event object is invalid", errors: [] } };
}

test("PagerDuty: all that is told of an alert lands on one incident, a test on its own", async () => {
  const robot = await givenRobot(pagerduty);
  const config = { kind: "pagerduty", routingKey: ROUTING_KEY, url: `${robot.url}/v2/enqueue` };
  for (const kind of KINDS) expect(await robot.sendTo(config, givenNotice({ kind }))).toEqual({ outcome: "sent" });
  expect(await robot.sendTo(config, hugeNotice())).toEqual({ outcome: "sent" });
  const events = robot.received.slice(0, 5).map(json);
  expect(events.map(({ event_action }) => event_action)).toEqual([
    "trigger",
    "trigger",
    "acknowledge",
    "resolve",
    "trigger",
  ]);
  expect(new Set(events.slice(0, 4).map(({ dedup_key }) => dedup_key)).size).toBe(1);
  expect(events[4].dedup_key).not.toBe(events[0].dedup_key);
  expect(events[4].payload.severity).toBe("info");
  expect(events[0].links.map(({ text }: { text: string }) => text)).toEqual(["Open", "Runbook"]);
});

test("PagerDuty: a wrong key is refused, too many are told to wait, and only success is sent", async () => {
  const robot = await givenRobot(pagerduty);
  const config = { kind: "pagerduty", routingKey: "f".repeat(32), url: robot.url };
  expect(await robot.sendTo(config)).toMatchObject({ reason: "rejected", detail: "It answered 400" });
  const busy = await givenRobot(() => ({ status: 429, body: "" }));
  expect(await busy.sendTo({ ...config, url: busy.url })).toMatchObject({ reason: "rate_limited", retryInMs: 30_000 });
  const other = await givenRobot(() => ({ body: "<html>" }));
  expect(await other.sendTo({ ...config, url: other.url })).toMatchObject({ reason: "not_understood" });
});

test("webhook: the reference library takes every kind, with either secret", async () => {
  const secrets = [newWebhookSecret(), newWebhookSecret()];
  const robot = await givenRobot(({ body, headers }) => {
    for (const secret of secrets) new Webhook(secret).verify(body, headers as Record<string, string>);
    return { status: 204, body: "" };
  });
  const config = { kind: "webhook", url: robot.url, secrets };
  for (const kind of KINDS) expect(await robot.sendTo(config, givenNotice({ kind }))).toEqual({ outcome: "sent" });
  const types = robot.received.map((request) => json(request).type);
  expect(types).toEqual(KINDS.map((kind) => `alert.${kind}`));
  expect(robot.received[0]?.headers["webhook-id"]).toBe(givenNotice().noticeId);
});

test.each<[string, Reply, object]>([
  ["a redirect", { status: 302, headers: { location: "http://169.254.169.254/" }, body: "" }, { reason: "rejected" }],
  ["an outage", { status: 502, body: "" }, { reason: "unavailable" }],
  ["an outage with a pause", { status: 503, headers: { "retry-after": "7" }, body: "" }, { retryInMs: 7_000 }],
  ["too much", { status: 429, body: "" }, { reason: "rate_limited", retryInMs: 10_000 }],
])("webhook: %s is a failure", async (_, reply, failure) => {
  const robot = await givenRobot(() => reply);
  const config = { kind: "webhook", url: robot.url, secrets: [newWebhookSecret()] };
  expect(await robot.sendTo(config)).toMatchObject({ outcome: "failed", ...failure });
});

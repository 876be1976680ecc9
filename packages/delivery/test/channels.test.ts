import { expect, test } from "vitest";
import {
  CHANNEL_KINDS,
  type ChannelConfig,
  channelConfig,
  checkChannel,
  joinSecrets,
  maskSecrets,
  newWebhookSecret,
  PUBLIC_ONLY,
  runbookLink,
  secretFields,
  send,
  splitSecrets,
} from "../src/index.ts";
import { givenNotice } from "./given-notice.ts";
import { allowHosts, givenClient } from "./receiver.ts";

const mail = { host: "smtp.example.com", from: "verdict@example.com", to: ["ops@example.com"] };

const EXAMPLES: Readonly<Record<ChannelConfig["kind"], Record<string, unknown>>> = {
  webhook: { url: "https://hooks.example.com/x", secrets: [newWebhookSecret()] },
  slack: { url: "https://hooks.slack.com/services/T0/B0/sesame" },
  dingtalk: { url: "https://oapi.dingtalk.com/robot/send?access_token=sesame", secret: "SECsesame" },
  feishu: { url: "https://open.feishu.cn/open-apis/bot/v2/hook/sesame", secret: "sesame" },
  email: { ...mail, username: "verdict", password: "sesame" },
  pagerduty: { routingKey: "0123456789abcdef0123456789sesame" },
  alertmanager: { url: "https://alertmanager.example.com", token: "sesame" },
};

const examples = CHANNEL_KINDS.map((kind) => channelConfig.parse({ kind, ...EXAMPLES[kind] }));

test.each(examples)("$kind: secrets are told apart, and nothing is lost", (config) => {
  const { open, secrets } = splitSecrets(config);
  expect(Object.keys(secrets).sort()).toEqual(secretFields(config.kind).toSorted());
  expect(JSON.stringify(open)).not.toMatch(/sesame|whsec_/);
  expect(joinSecrets(open, secrets)).toEqual(config);
});

test.each(examples)("$kind: what people are shown holds no secret", (config) => {
  const shown = JSON.stringify(maskSecrets(config));
  expect(shown).not.toMatch(/sesame|whsec_/);
  expect(shown).toContain("••••");
});

test("of a secret address the origin is shown", () => {
  const config = channelConfig.parse({ kind: "slack", ...EXAMPLES.slack });
  expect(maskSecrets(config)).toEqual({ kind: "slack", url: "https://hooks.slack.com/••••" });
});

test.each([
  ["no kind", { url: "https://a.example.com" }],
  ["an unknown kind", { kind: "pigeon" }],
  ["a field that is none", { kind: "slack", url: "https://a.example.com", channel: "#ops" }],
  ["a webhook without a secret", { kind: "webhook", url: "https://a.example.com", secrets: [] }],
  ["a short routing key", { kind: "pagerduty", routingKey: "abc" }],
  ["a mail to nobody", { kind: "email", ...mail, to: [] }],
  ["a mail to what is no address", { kind: "email", ...mail, to: ["ops\r\nBcc: x@example.com"] }],
  ["a label with a wrong name", { kind: "alertmanager", url: "https://a.example.com", labels: { "a-b": "c" } }],
  ["a token with a line break", { kind: "alertmanager", url: "https://a.example.com", token: "a\nb" }],
])("%s is refused", (_, config) => expect(channelConfig.safeParse(config).success).toBe(false));

test("where a channel sends to is judged before it is saved", async () => {
  const resolve = async (host: string) => (host.startsWith("inside") ? ["10.0.0.1"] : ["93.184.216.34"]);
  const check = (config: unknown, allowed = PUBLIC_ONLY) =>
    checkChannel(channelConfig.parse(config), { allowed, resolve });
  for (const config of examples) expect(await check(config)).toEqual({ ok: true, warning: null });

  const url = "https://inside.example.com/";
  expect(await check({ kind: "slack", url })).toEqual({ ok: false, field: "url", reason: "private" });
  expect(await check({ kind: "pagerduty", routingKey: "a".repeat(32), url })).toMatchObject({ ok: false });
  expect(await check({ kind: "email", ...mail, host: "inside.example.com" })).toEqual({
    ok: false,
    field: "host",
    reason: "private",
  });
  expect(await check({ kind: "email", ...mail, host: "127.1" })).toMatchObject({ reason: "disguised_host" });
  expect(await check({ kind: "email", ...mail, host: "localhost" })).toMatchObject({ reason: "internal_name" });
  expect(await check({ kind: "email", ...mail, security: "none" })).toMatchObject({ field: "security" });
  const relay = { kind: "email", ...mail, host: "mail.lan", port: 25, security: "none" };
  expect(await check(relay, allowHosts({ host: "mail.lan", port: 25 }))).toEqual({ ok: true, warning: null });
});

const inside: Record<string, unknown>[] = CHANNEL_KINDS.map((kind) => ({
  kind,
  ...EXAMPLES[kind],
  ...(kind === "email" ? { host: "127.0.0.1" } : { url: "https://127.0.0.1:9/" }),
}));

test.each(inside)("$kind: a target inside is refused at send too", async (config) => {
  const deps = { client: givenClient(), now: () => new Date() };
  expect(await send(channelConfig.parse(config), givenNotice(), deps)).toMatchObject({
    outcome: "failed",
    reason: "bad_target",
  });
});

test.each(inside)("$kind: a name that leads nowhere is told as such", async (config) => {
  const nowhere = { kind: config.kind, ...EXAMPLES[config.kind as ChannelConfig["kind"]] };
  const client = givenClient({ resolve: async () => [] });
  expect(await send(channelConfig.parse(nowhere), givenNotice(), { client, now: () => new Date() })).toEqual({
    outcome: "failed",
    reason: "bad_target",
    detail: "The host's name leads nowhere",
  });
});

test("a notice that cannot be sent is a failure, not an exception", async () => {
  const config = channelConfig.parse({ kind: "webhook", ...EXAMPLES.webhook });
  const notice = givenNotice({ noticeId: "with.dots" });
  expect(await send(config, notice, { client: givenClient(), now: () => new Date() })).toMatchObject({
    outcome: "failed",
    reason: "unexpected",
  });
});

test("a rule's anchor is the one GitHub makes of its heading", () => {
  expect(runbookLink("https://git.example.com/runbook.md", "discrepancy.mutated_replay")).toBe(
    "https://git.example.com/runbook.md#discrepancymutated_replay",
  );
});

import type { AdminPages } from "../../text/en/admin-pages.ts";

export type ChannelKind = keyof AdminPages["channels"]["kinds"];

export type ChannelField = {
  name: keyof AdminPages["channels"]["fields"];
  hint?: keyof AdminPages["channels"]["hints"];
  /** How it is asked for, and what becomes of what was typed. */
  as?: "secret" | "number" | "list" | "pairs" | readonly string[];
  optional?: true;
  example?: string;
};

/** What each kind of channel has to be told, in the order it is asked for. */
export const CHANNEL_FIELDS: Readonly<Record<ChannelKind, readonly ChannelField[]>> = {
  webhook: [
    { name: "url", example: "https://" },
    { name: "secrets", hint: "webhookSecrets", as: "secret", example: "whsec_…" },
  ],
  slack: [{ name: "url", hint: "slackUrl", as: "secret", example: "https://hooks.slack.com/services/…" }],
  dingtalk: [
    { name: "url", hint: "dingtalkUrl", as: "secret", example: "https://oapi.dingtalk.com/robot/send?access_token=…" },
    { name: "secret", hint: "botSecret", as: "secret", optional: true },
  ],
  feishu: [
    { name: "url", hint: "feishuUrl", as: "secret", example: "https://open.feishu.cn/open-apis/bot/v2/hook/…" },
    { name: "secret", hint: "botSecret", as: "secret", optional: true },
  ],
  email: [
    { name: "host", example: "smtp.example.com" },
    { name: "port", as: "number", example: "587" },
    { name: "security", as: ["starttls", "tls", "none"] },
    { name: "username", optional: true },
    { name: "password", as: "secret", optional: true },
    { name: "from", example: "verdict@example.com" },
    { name: "to", hint: "to", as: "list" },
  ],
  pagerduty: [
    { name: "routingKey", hint: "routingKey", as: "secret" },
    { name: "region", as: ["us", "eu"] },
  ],
  alertmanager: [
    { name: "url", hint: "alertmanagerUrl", example: "https://alertmanager.example.com" },
    { name: "token", hint: "token", as: "secret", optional: true },
    { name: "labels", hint: "labels", as: "pairs", optional: true },
  ],
};

/** A configuration as the API takes it, from what was typed. What was left empty is left out. */
export function readChannelConfig(kind: ChannelKind, typed: (name: string) => string): Record<string, unknown> {
  const config: Record<string, unknown> = { kind };
  for (const { name, as } of CHANNEL_FIELDS[kind]) {
    const text = typed(name).trim();
    if (text === "") continue;
    config[name] = readField(text, name === "secrets" ? "list" : as);
  }
  return config;
}

function readField(text: string, as: ChannelField["as"]): unknown {
  if (as === "number") return Number(text);
  if (as === "list") return listOf(text);
  if (as !== "pairs") return text;
  const lines = text.split("\n").filter((line) => line.includes("="));
  return Object.fromEntries(lines.map((line) => [before(line), line.slice(line.indexOf("=") + 1).trim()]));
}

const before = (line: string): string => line.slice(0, line.indexOf("=")).trim();

/** Names separated by commas. */
export const listOf = (text: string): string[] =>
  text
    .split(/[,\s]+/)
    .map((one) => one.trim())
    .filter(Boolean);

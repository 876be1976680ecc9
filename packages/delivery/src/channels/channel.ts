import { z } from "zod";
import { alertmanagerChannel } from "./alertmanager.ts";
import { dingtalkChannel } from "./dingtalk.ts";
import { emailChannel } from "./email.ts";
import { feishuChannel } from "./feishu.ts";
import { pagerdutyChannel } from "./pagerduty.ts";
import { secretFieldsOf } from "./secret-field.ts";
import { slackChannel } from "./slack.ts";
import { webhookChannel } from "./webhook.ts";

const SCHEMAS = {
  webhook: webhookChannel,
  slack: slackChannel,
  dingtalk: dingtalkChannel,
  feishu: feishuChannel,
  email: emailChannel,
  pagerduty: pagerdutyChannel,
  alertmanager: alertmanagerChannel,
};

/** How a channel is configured, told apart by `kind`. Addresses in it are judged by `checkChannel`, not here. */
export const channelConfig = z.discriminatedUnion("kind", [
  webhookChannel,
  slackChannel,
  dingtalkChannel,
  feishuChannel,
  emailChannel,
  pagerdutyChannel,
  alertmanagerChannel,
]);

export type ChannelConfig = z.output<typeof channelConfig>;
export type ChannelKind = ChannelConfig["kind"];

export const CHANNEL_KINDS = Object.keys(SCHEMAS) as readonly ChannelKind[];

/** The fields of a kind that are kept encrypted and never shown. */
export const secretFields = (kind: ChannelKind): readonly string[] => secretFieldsOf(SCHEMAS[kind]);

/** A configuration in two parts: what may be stored and shown as it is, and what is to be encrypted. */
export function splitSecrets(config: ChannelConfig): {
  open: Record<string, unknown>;
  secrets: Record<string, unknown>;
} {
  const secret = new Set(secretFields(config.kind));
  const entries = Object.entries(config);
  return {
    open: Object.fromEntries(entries.filter(([name]) => !secret.has(name))),
    secrets: Object.fromEntries(entries.filter(([name]) => secret.has(name))),
  };
}

/** Puts the two parts together again. Throws when they are not a configuration. */
export const joinSecrets = (open: unknown, secrets: unknown): ChannelConfig =>
  channelConfig.parse({ ...(open as object), ...(secrets as object) });

/** A configuration for people to look at: of a secret URL only its origin, of every other secret nothing. */
export function maskSecrets(config: ChannelConfig): Record<string, unknown> {
  const { open, secrets } = splitSecrets(config);
  return { ...open, ...Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, mask(value)])) };
}

const HIDDEN = "••••";

function mask(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mask);
  const origin = typeof value === "string" ? URL.parse(value)?.origin : undefined;
  return origin && origin !== "null" ? `${origin}/${HIDDEN}` : HIDDEN;
}

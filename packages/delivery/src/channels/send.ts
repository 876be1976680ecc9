import type { DeliveryClient } from "../delivery-client.ts";
import type { OutgoingRequest } from "../exchange.ts";
import type { Notice } from "../notice.ts";
import { alertmanagerMessage, readAlertmanagerAnswer } from "./alertmanager.ts";
import type { ChannelConfig } from "./channel.ts";
import { DINGTALK_PAUSE_MS, dingtalkMessage, readDingtalkAnswer } from "./dingtalk.ts";
import { FEISHU_PAUSE_MS, feishuMessage, readFeishuAnswer } from "./feishu.ts";
import { failed, type Outcome, outcomeOf } from "./outcome.ts";
import { PAGERDUTY_PAUSE_MS, pagerdutyMessage, readPagerdutyAnswer } from "./pagerduty.ts";
import { sendMail } from "./send-mail.ts";
import { readSlackAnswer, SLACK_PAUSE_MS, slackMessage } from "./slack.ts";
import { readWebhookAnswer, webhookMessage } from "./webhook.ts";

/** For those that name no pause of their own. */
const PAUSE_MS = 10_000;

type Deps = { client: DeliveryClient; now: () => Date };

/**
 * Tells one channel once. It never rejects: whatever goes wrong is an outcome, with the pause the other side asks for or is
 * known to want, if any. `sent` means that the other side said so in its own words.
 */
export async function send(channel: ChannelConfig, notice: Notice, { client, now }: Deps): Promise<Outcome> {
  const post = async (request: OutgoingRequest, pauseMs: number, read: (body: string) => Outcome) =>
    outcomeOf(await client.post(request), now(), pauseMs, read);
  try {
    switch (channel.kind) {
      case "webhook":
        return await post(webhookMessage(notice, channel, now()), PAUSE_MS, readWebhookAnswer);
      case "slack":
        return await post(slackMessage(notice, channel), SLACK_PAUSE_MS, readSlackAnswer);
      case "dingtalk":
        return await post(dingtalkMessage(notice, channel, now()), DINGTALK_PAUSE_MS, readDingtalkAnswer);
      case "feishu":
        return await post(feishuMessage(notice, channel, now()), FEISHU_PAUSE_MS, readFeishuAnswer);
      case "pagerduty":
        return await post(pagerdutyMessage(notice, channel), PAGERDUTY_PAUSE_MS, readPagerdutyAnswer);
      case "alertmanager":
        return await post(alertmanagerMessage(notice, channel, now()), PAUSE_MS, readAlertmanagerAnswer);
      case "email":
        return await sendMail(notice, channel, client);
    }
  } catch (error) {
    return failed("unexpected", `The message could not be made: ${error instanceof Error ? error.name : "unknown"}`);
  }
}

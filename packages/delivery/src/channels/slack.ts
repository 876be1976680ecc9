import { z } from "zod";
import type { OutgoingRequest } from "../exchange.ts";
import { factsOf, headline, type Notice } from "../notice.ts";
import { cut } from "../text.ts";
import { failed, type Outcome, SENT } from "./outcome.ts";
import { secretField } from "./secret-field.ts";

/** Whoever knows the URL can post, so all of it is secret. */
export const slackChannel = z.strictObject({ kind: z.literal("slack"), url: secretField(z.string()) });

/** One message a second is allowed for a channel; 429 names the pause (docs.slack.dev, "Rate limits"). */
export const SLACK_PAUSE_MS = 1_000;

/**
 * A message for an incoming webhook: blocks, and `text` for the places that show none, such as the phone's lock screen
 * (docs.slack.dev, "Sending messages using incoming webhooks"; "Blocks": header 150 characters, section text 3000, field
 * 2000, ten fields; button text 75, URL 3000).
 */
export function slackMessage(notice: Notice, config: z.output<typeof slackChannel>): OutgoingRequest {
  const text = headline(notice);
  const button = (label: string, url: string) => ({ type: "button", text: { type: "plain_text", text: label }, url });
  const body = {
    text: cut(escaped(`${text}: ${notice.summary}`), 3_000),
    blocks: [
      { type: "header", text: { type: "plain_text", text: cut(text, 150), emoji: false } },
      { type: "section", text: { type: "mrkdwn", text: cut(escaped(notice.summary), 3_000), verbatim: true } },
      {
        type: "section",
        fields: factsOf(notice).map(([name, value]) => ({
          type: "mrkdwn",
          text: cut(`*${name}*\n${escaped(value)}`, 2_000),
          verbatim: true,
        })),
      },
      { type: "actions", elements: [button("Open", notice.deepLink), button("Runbook", notice.runbookLink)] },
    ],
  };
  return {
    url: config.url,
    headers: { "content-type": "application/json; charset=utf-8", "user-agent": "Verdict" },
    body: JSON.stringify(body),
  };
}

/** The three characters that begin Slack's own signs, `<!channel>` among them. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Success is 200 with the text `ok`; whatever else answers 200 is not an incoming webhook. */
export const readSlackAnswer = (body: string): Outcome =>
  body.trim() === "ok" ? SENT : failed("not_understood", "The answer is not that of an incoming webhook");

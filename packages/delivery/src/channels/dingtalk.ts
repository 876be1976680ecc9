import { createHmac } from "node:crypto";
import { z } from "zod";
import type { OutgoingRequest } from "../exchange.ts";
import { factsOf, headline, type Notice } from "../notice.ts";
import { cut, cutBytes, linkable, plainMarkdown } from "../text.ts";
import { failed, type Outcome, readObject, SENT } from "./outcome.ts";
import { secretField } from "./secret-field.ts";

/** A group's custom robot: its address with the access token, and the `SEC…` secret if it asks for signatures. */
export const dingtalkChannel = z.strictObject({
  kind: z.literal("dingtalk"),
  url: secretField(z.string()),
  secret: secretField(z.string().min(1).max(200).optional()),
});

/** More than 20 messages a minute, and the robot is mute for ten minutes (open.dingtalk.com, "Custom robots", limits). */
export const DINGTALK_PAUSE_MS = 600_000;

/** The whole message may have 20 000 bytes; beyond it the robot answers `message too long`. */
const TEXT_BYTES_MAX = 18_000;

/**
 * A Markdown message for a custom robot (open.dingtalk.com, "Custom robot access"). The signature is in the URL: HMAC-SHA256
 * of milliseconds, line break and secret, with the secret as its key, in base64; it holds for an hour.
 */
export function dingtalkMessage(notice: Notice, config: z.output<typeof dingtalkChannel>, now: Date): OutgoingRequest {
  const facts = factsOf(notice).map(([name, value]) => `- **${name}**: ${plainMarkdown(value)}`);
  const links = `[Open](${linkable(notice.deepLink)}) · [Runbook](${linkable(notice.runbookLink)})`;
  const top = `### ${plainMarkdown(cut(headline(notice), 300))}`;
  const summary = cutBytes(plainMarkdown(notice.summary), TEXT_BYTES_MAX / 2);
  return {
    url: signed(config, now),
    headers: { "content-type": "application/json; charset=utf-8", "user-agent": "Verdict" },
    body: JSON.stringify({
      msgtype: "markdown",
      markdown: { title: cut(headline(notice), 100), text: [top, summary, facts.join("\n"), links].join("\n\n") },
    }),
  };
}

function signed({ url, secret }: z.output<typeof dingtalkChannel>, now: Date): string {
  if (secret === undefined) return url;
  const timestamp = String(now.getTime());
  const sign = createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64");
  return `${url}${url.includes("?") ? "&" : "?"}${new URLSearchParams({ timestamp, sign })}`;
}

/** What the robot's own codes say, where that helps (open.dingtalk.com, "Custom robot access", error codes). */
const MEANINGS: Readonly<Record<number, string>> = {
  300001: "the access token is unknown",
  310000: "its security settings refuse us: signature, keyword or address",
  400013: "the group has been dissolved",
  400101: "the access token is unknown",
  400102: "the robot has been switched off",
  430101: "the message holds an unsafe link",
  430102: "the message holds unsuitable text",
  460101: "the message is too long",
};

/** Faults come with status 200 too: `errcode` tells. */
export function readDingtalkAnswer(body: string): Outcome {
  const code = readObject(body)?.errcode;
  if (code === 0) return SENT;
  if (typeof code !== "number") return failed("not_understood", "The answer is not that of a DingTalk robot");
  if (code === 130101 || code === 410100) return failed("rate_limited", `It answered code ${code}`, DINGTALK_PAUSE_MS);
  if (code === -1) return failed("unavailable", "It answered code -1: the system is busy");
  return failed("rejected", `It answered code ${code}${MEANINGS[code] ? `: ${MEANINGS[code]}` : ""}`);
}

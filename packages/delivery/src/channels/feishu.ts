import { createHmac } from "node:crypto";
import { z } from "zod";
import type { OutgoingRequest } from "../exchange.ts";
import { factsOf, headline, type Notice } from "../notice.ts";
import { cut, cutBytes } from "../text.ts";
import { failed, type Outcome, readObject, SENT } from "./outcome.ts";
import { secretField } from "./secret-field.ts";

/** A group's custom bot in Feishu or Lark: its address, and the secret if it asks for signatures. */
export const feishuChannel = z.strictObject({
  kind: z.literal("feishu"),
  url: secretField(z.string()),
  secret: secretField(z.string().min(1).max(200).optional()),
});

/** A bot takes 100 messages a minute and 5 a second (open.larksuite.com, "Custom bot usage guide"). */
export const FEISHU_PAUSE_MS = 60_000;

/** The whole request may have 20 kB. */
const SUMMARY_BYTES_MAX = 9_000;

/**
 * A card for a custom bot (open.larksuite.com, "Custom bot usage guide"). The signature is in the body: HMAC-SHA256 of
 * nothing, with seconds, line break and secret as its key, in base64; it holds for an hour. All text is plain, so nothing
 * in it is read as Markdown.
 */
export function feishuMessage(notice: Notice, config: z.output<typeof feishuChannel>, now: Date): OutgoingRequest {
  const text = (content: string) => ({ tag: "plain_text", content });
  const button = (label: string, url: string) => ({ tag: "button", text: text(label), url, type: "default" });
  const card = {
    config: { wide_screen_mode: true },
    header: { template: colourOf(notice), title: text(cut(headline(notice), 200)) },
    elements: [
      { tag: "div", text: text(cutBytes(notice.summary, SUMMARY_BYTES_MAX)) },
      {
        tag: "div",
        fields: factsOf(notice).map(([name, value]) => ({ is_short: true, text: text(`${name}: ${value}`) })),
      },
      { tag: "action", actions: [button("Open", notice.deepLink), button("Runbook", notice.runbookLink)] },
    ],
  };
  return {
    url: config.url,
    headers: { "content-type": "application/json; charset=utf-8", "user-agent": "Verdict" },
    body: JSON.stringify({ ...signature(config.secret, now), msg_type: "interactive", card }),
  };
}

function colourOf({ kind, severity }: Notice): string {
  switch (kind) {
    case "opened":
    case "repeated":
      return severity === "critical" ? "red" : "orange";
    case "acknowledged":
      return "yellow";
    case "resolved":
      return "green";
    case "test":
      return "blue";
  }
}

function signature(secret: string | undefined, now: Date): { timestamp: string; sign: string } | null {
  if (secret === undefined) return null;
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return { timestamp, sign: createHmac("sha256", `${timestamp}\n${secret}`).digest("base64") };
}

/** What the bot's own codes say (open.larksuite.com, "Custom bot usage guide"). */
const MEANINGS: Readonly<Record<number, string>> = {
  9499: "the request has the wrong form",
  19001: "the address is unknown",
  19021: "the signature does not match, or the clock is an hour off",
  19022: "our address is not on its list",
  19024: "its keyword is not in the message",
};

/** Faults come with status 200 too: `code` tells, and in old answers `StatusCode`. */
export function readFeishuAnswer(body: string): Outcome {
  const answer = readObject(body);
  const code = answer?.code ?? answer?.StatusCode;
  if (code === 0) return SENT;
  if (typeof code !== "number") return failed("not_understood", "The answer is not that of a Feishu bot");
  if (code === 11232) return failed("rate_limited", "It answered code 11232", FEISHU_PAUSE_MS);
  return failed("rejected", `It answered code ${code}${MEANINGS[code] ? `: ${MEANINGS[code]}` : ""}`);
}

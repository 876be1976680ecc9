import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { z } from "zod";

const PREFIX = "whsec_";

/** A new secret as Standard Webhooks writes it, of 32 random bytes. Shown to the endpoint's owner, and used as it is. */
export const newWebhookSecret = (random: (size: number) => Buffer = randomBytes): string =>
  `${PREFIX}${random(32).toString("base64")}`;

/** A secret of 24 to 64 bytes, as the specification wants it. Its message never repeats the value. */
export const webhookSecret = z
  .string()
  .refine(isWebhookSecret, { error: "expected whsec_ and 24 to 64 bytes in base64" });

function isWebhookSecret(text: string): boolean {
  if (!text.startsWith(PREFIX)) return false;
  const encoded = text.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, "base64");
  return bytes.length >= 24 && bytes.length <= 64 && bytes.toString("base64") === encoded;
}

export type WebhookMessage = {
  /** The message's own id, the same for every attempt: receivers tell copies by it. No dots: they separate what is signed. */
  id: string;
  /** The moment of this attempt. Receivers refuse what is older than five minutes. */
  timestamp: Date;
  payload: string;
  /** All that are live: two of them while a secret is being changed. */
  secrets: readonly string[];
};

/**
 * The three headers of Standard Webhooks (its specification, "Webhook headers"), made by its reference library. There
 * is a signature for each secret, so a receiver that knows any one of them takes the message. Throws for what no receiver
 * could verify: an id with other characters than letters, digits, `_` and `-`, or no secret.
 */
export function signWebhook({ id, timestamp, payload, secrets }: WebhookMessage): Record<string, string> {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(id)) throw new Error("A message id must be of letters, digits, _ and -.");
  if (secrets.length === 0) throw new Error("A webhook cannot be signed without a secret.");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(timestamp.getTime() / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, timestamp, payload)).join(" "),
  };
}

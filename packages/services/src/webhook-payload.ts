import type { FeedEvent } from "@verdict/db";
import { describeEvent } from "./event-schemas.ts";

/**
 * An event as an endpoint gets it: what the feed says of it, and its time once more under the name that Standard Webhooks has for it.
 * The same text for every attempt.
 */
export function webhookPayload(event: FeedEvent): string {
  const { type, at, ...described } = describeEvent(event);
  return JSON.stringify({ type, timestamp: at, at, ...described });
}

/** What is sent to try an endpoint out. It stands in no feed. */
export const testPayload = (endpoint: { id: string; name: string }, at: Date): string =>
  JSON.stringify({
    type: "verdict.test",
    timestamp: at.toISOString(),
    data: { endpointId: endpoint.id, name: endpoint.name },
  });

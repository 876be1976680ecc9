import type { OutputOf } from "@verdict/client";

export type Endpoint = OutputOf<"GET /v1/endpoints">["items"][number];
export type Delivery = OutputOf<"GET /v1/endpoints/{id}/deliveries">["items"][number];
export type EventType = NonNullable<Endpoint["types"]>[number];

/** Everything an endpoint may be told of. */
export const EVENT_TYPES = [
  "verification.started",
  "verification.claimed",
  "verification.passed",
  "verification.failed",
  "verification.expired",
  "verification.init_failed",
  "verification.unresolvable",
  "verification.voided",
  "discrepancy.opened",
  "discrepancy.closed",
  "alert.opened",
  "alert.acknowledged",
  "alert.resolved",
] as const satisfies readonly EventType[];

export const DELIVERY_TONES = { pending: "wait", delivered: "good", given_up: "bad" } as const;

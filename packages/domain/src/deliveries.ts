export const ENDPOINT_STATES = ["active", "disabled"] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

/** Why an endpoint is sent nothing: it answered 410, it took nothing for days, or a person said so. */
export const DISABLED_WHYS = ["gone", "failing", "person"] as const;
export type DisabledWhy = (typeof DISABLED_WHYS)[number];

export const DELIVERY_STATES = ["pending", "delivered", "given_up"] as const;

/** How far an event has come on its way to an endpoint. `given_up`: the schedule is used up, and only a person has it sent again. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const ATTEMPT_OUTCOMES = ["delivered", "gone", "failed"] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** An endpoint that has taken nothing for so long is disabled, in milliseconds. */
export const FAILING_MS = 5 * 86_400_000;

export type DeliveryStep = { state: "delivered" | "given_up" } | { state: "pending"; nextAttemptAt: Date };

/**
 * What becomes of a delivery after an attempt. `pauseMs` is the schedule's pause before the next one; null: it was the last. What an
 * endpoint that is gone did not take waits with everything else that is meant for it: somebody may switch it on again.
 */
export function deliveryAfter(outcome: AttemptOutcome, pauseMs: number | null, endedAt: Date): DeliveryStep {
  switch (outcome) {
    case "delivered":
      return { state: "delivered" };
    case "gone":
      return { state: "pending", nextAttemptAt: new Date(endedAt.getTime() + (pauseMs ?? 0)) };
    case "failed":
      return pauseMs === null
        ? { state: "given_up" }
        : { state: "pending", nextAttemptAt: new Date(endedAt.getTime() + pauseMs) };
  }
}

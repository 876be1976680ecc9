/** How calls to the provider are let through. `parked`: it refuses us for a reason that only a person can mend. */
export type BreakerState = "closed" | "open" | "half_open" | "parked";

/** What all workers know of how the provider answers a kind of question. */
export type Breaker = {
  state: BreakerState;
  /** Calls in a row that brought no answer. */
  troubles: number;
  /** Nobody calls before. Of no meaning while closed. */
  blockedUntil: Date;
  /** The provider's code for the last trouble. */
  code: string | null;
};

/** How a call ended, as far as the next calls are concerned. */
export type CallEnding =
  | { kind: "answered" }
  | { kind: "throttled"; code: string; retryAfterMs: number | null }
  /** No answer, or a server's own failure. */
  | { kind: "unavailable"; code: string }
  /** Wrong credentials, missing permission, wrong endpoint: every call would end like this. */
  | { kind: "misconfigured"; code: string };

/** One call that fails is an accident; so many in a row are an outage. */
const TROUBLES_TO_OPEN = 3;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** So often a parked route is tried, in case somebody has mended it. */
const PARKED_PAUSE_MS = 300_000;

export const CLOSED: Breaker = { state: "closed", troubles: 0, blockedUntil: new Date(0), code: null };

/**
 * What the ending of a call means for the next ones. Trouble slows everybody down: throttling at once, an outage after three
 * failures in a row, both in pauses that double up to a minute with every try that fails, and a mistake of ours until it is
 * mended. After a pause one call tries; its answer lets all others through again.
 */
export function afterCall(held: Breaker, ending: CallEnding, now: Date): Breaker {
  if (held.state === "open") return afterStraggler(held, ending, now);
  if (ending.kind === "answered") return CLOSED;
  const troubles = held.troubles + 1;
  const blocked = (state: BreakerState, pauseMs: number): Breaker => ({
    state,
    troubles,
    blockedUntil: after(now, pauseMs),
    code: ending.code,
  });
  switch (ending.kind) {
    case "misconfigured":
      return blocked("parked", PARKED_PAUSE_MS);
    case "throttled":
      return blocked("open", Math.max(ending.retryAfterMs ?? 0, pause(troubles)));
    case "unavailable":
      if (held.state === "closed" && troubles < TROUBLES_TO_OPEN) return { ...held, troubles, code: ending.code };
      if (held.state !== "parked") return blocked("open", pause(troubles - TROUBLES_TO_OPEN + 1));
      return { ...held, troubles, code: ending.code };
  }
}

/**
 * A call that ends during a pause began before it. Dozens may, all with the same trouble: only a try counts as one more,
 * and only a try can tell that the trouble is over. What the provider asks for is heard all the same.
 */
function afterStraggler(held: Breaker, ending: CallEnding, now: Date): Breaker {
  switch (ending.kind) {
    case "answered":
    case "unavailable":
      return held;
    case "throttled": {
      const wanted = after(now, ending.retryAfterMs ?? 0);
      return wanted > held.blockedUntil ? { ...held, blockedUntil: wanted, code: ending.code } : held;
    }
    case "misconfigured":
      return { ...held, state: "parked", blockedUntil: after(now, PARKED_PAUSE_MS), code: ending.code };
  }
}

const after = (now: Date, ms: number): Date => new Date(now.getTime() + ms);

const pause = (times: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(16, Math.max(0, times - 1)));

import type { OutputOf } from "@verdict/client";

export type Verification = OutputOf<"GET /v1/verifications/{id}">;
export type Status = Verification["status"];

/** How a thing is coloured. Its words say the same. */
export type Tone = "good" | "bad" | "wait" | "open" | "odd" | "still";

export const STATUSES = [
  "initializing",
  "awaiting",
  "claimed",
  "passed",
  "failed",
  "expired",
  "init_failed",
  "unresolvable",
  "voided",
] as const satisfies readonly Status[];

export const OPEN_STATUSES = ["initializing", "awaiting", "claimed"] as const satisfies readonly Status[];

export const isOpen = (status: Status): boolean => (OPEN_STATUSES as readonly Status[]).includes(status);

const TONES: Record<Status, Tone> = {
  initializing: "open",
  awaiting: "open",
  claimed: "wait",
  passed: "good",
  failed: "bad",
  expired: "still",
  init_failed: "odd",
  unresolvable: "odd",
  voided: "still",
};

export const toneOf = (status: Status): Tone => TONES[status];

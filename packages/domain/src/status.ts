/** The three products a route can ask for. Only the first two report by callback; FACE_IDU_MIN answers at once. */
export const PRODUCTS = ["FACE_VERIFY", "ID_OCR", "FACE_IDU_MIN"] as const;
export type Product = (typeof PRODUCTS)[number];

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
] as const;
export type Status = (typeof STATUSES)[number];

/**
 * Every legal move of a verification. Nothing leads back: order comes from this graph and a version, never from clocks.
 * The same table stands in Postgres, where a trigger refuses everything else. From `initializing` straight to a result, and
 * from `unresolvable` to one, only face checks go: they answer at once, or not at all until somebody pays again.
 */
export const MOVES = {
  initializing: ["awaiting", "claimed", "passed", "failed", "init_failed", "unresolvable", "voided"],
  awaiting: ["claimed", "passed", "failed", "expired", "unresolvable", "voided"],
  claimed: ["passed", "failed", "expired", "unresolvable", "voided"],
  passed: [],
  failed: [],
  expired: ["passed", "failed"],
  init_failed: [],
  unresolvable: ["passed", "failed"],
  voided: [],
} as const satisfies Record<Status, readonly Status[]>;

const OPEN: ReadonlySet<Status> = new Set(["initializing", "awaiting", "claimed"]);

/** Open: we still owe an outcome. */
export const isOpen = (status: Status): boolean => OPEN.has(status);

export const isTerminal = (status: Status): boolean => !isOpen(status);

/** Confirmed: the provider itself told the result. */
export const isConfirmed = (status: Status): status is "passed" | "failed" =>
  status === "passed" || status === "failed";

export const canMove = (from: Status, to: Status): boolean => (MOVES[from] as readonly Status[]).includes(to);

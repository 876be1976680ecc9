import type { Result, VerificationSnapshot } from "./evidence.ts";
import type { Decision } from "./reconcile.ts";

/** How a face check ended. `lost`: the provider may have carried it out, but its answer never came. */
export type FaceCheckEvidence = { kind: "verdict"; result: Result } | { kind: "lost" } | { kind: "refused" };

/**
 * What the answer to a face check means. It is the provider's own word and needs no confirmation; a lost one cannot be asked
 * for again, so the check is unresolvable until somebody decides to pay for another.
 */
export function reconcileFaceCheck(held: VerificationSnapshot, seen: FaceCheckEvidence): Decision {
  const open = held.status === "initializing";
  switch (seen.kind) {
    case "verdict":
      return open || held.status === "unresolvable"
        ? { kind: "advance", to: seen.result.passed ? "passed" : "failed", cause: "face_check", result: seen.result }
        : { kind: "discrepancy", type: "result_after_end" };
    case "lost":
      return open
        ? { kind: "advance", to: "unresolvable", cause: "face_check_lost" }
        : { kind: "ignore", reason: "repeat" };
    case "refused":
      return open
        ? { kind: "advance", to: "init_failed", cause: "initialize_refused" }
        : { kind: "ignore", reason: "repeat" };
  }
}

/** Which waiting jobs go first. A faster lane always goes before a slower one; inside a lane it is first come, first served. */
export type Lane = "fresh" | "expiring" | "poll" | "backfill";

/** BullMQ's numbers: 0 has no priority queue to walk and goes before every other. */
export const LANE_PRIORITY: Readonly<Record<Lane, number>> = { fresh: 0, expiring: 1, poll: 2, backfill: 3 };

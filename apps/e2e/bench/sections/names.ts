/** In the order in which they run. */
export const SECTION_NAMES = [
  "forged",
  "durable",
  "paced",
  "memory",
  "growth",
  "provider-slow",
  "slow-clients",
  "reconcile",
  "end-to-end",
  "sql-growth",
  "search",
  "peers",
] as const;

export type SectionName = (typeof SECTION_NAMES)[number];

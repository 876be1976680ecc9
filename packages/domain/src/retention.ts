/**
 * What can be deleted by age, and after how many days unless somebody decides otherwise; null: never.
 *
 * - `details`: what the provider told of a person, encrypted, since it was stored
 * - `malformed`: callbacks with a genuine token that made no sense, since the last one
 * - `tokens`: hashes of other systems' tokens, since they expired; a callback with a deleted one is refused
 * - `work`: given-up work, since it was put back
 * - `events`: events for the company's systems, since they happened
 * - `alerts`: alerts about what went on, since they were resolved; what was told of any alerts, since all of them were; silences, since
 *   they ended. Alerts on a session or a discrepancy go with the evidence
 * - `evidence`: a verification with everything on record about it, since its end. Statistics stay
 */
export const RETENTION_DAYS = {
  details: 90,
  malformed: 90,
  tokens: 30,
  work: 90,
  events: 30,
  alerts: 365,
  evidence: null,
} as const satisfies Record<string, number | null>;

export type RetentionClass = keyof typeof RETENTION_DAYS;

/** Days by class; null: never deleted. */
export type Retention = Readonly<Record<RetentionClass, number | null>>;

export const RETENTION_CLASSES = Object.keys(RETENTION_DAYS) as RetentionClass[];

/**
 * Evidence is what disputes are settled with, and the provider's own result lives for 30 days. Events are sent to an endpoint that is
 * down for up to three days, and channels that are down for one.
 */
export const SHORTEST_RETENTION: Readonly<Partial<Record<RetentionClass, number>>> = {
  evidence: 31,
  events: 4,
  alerts: 7,
};

const DAY_MS = 86_400_000;

/** Until when something has to lie back to be deleted now; null: nothing is. */
export const deletableBefore = (days: number | null, now: Date): Date | null =>
  days === null ? null : new Date(now.getTime() - days * DAY_MS);

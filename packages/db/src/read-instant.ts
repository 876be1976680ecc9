/** A moment as a hand-written statement returns it: as text, since drizzle takes the driver's own reading away. */
export const readInstant = (text: unknown): Date => new Date(String(text));

/** The same, or null. */
export const readInstantOrNull = (text: unknown): Date | null => (text === null ? null : readInstant(text));

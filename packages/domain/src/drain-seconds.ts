/** How long it takes to ask about everything that is due, at so many calls a second, if nothing else becomes due. No limit: 0. */
export const drainSeconds = (due: number, perSecond: number | null): number => (perSecond ? due / perSecond : 0);

/** What one look came to. `todo`: what to do about it, where something is to be done. */
export type Finding = { about: string; level: "ok" | "warn" | "fail"; says: string; todo?: string };

/** Findings about one thing. */
export const findingsAbout = (about: string) => ({
  ok: (says: string): Finding => ({ about, level: "ok", says }),
  warn: (says: string, todo: string): Finding => ({ about, level: "warn", says, todo }),
  fail: (says: string, todo: string): Finding => ({ about, level: "fail", says, todo }),
});

const COLOURS = { ok: 32, warn: 33, fail: 31 } as const;

/** A line for each, and one for what to do. Coloured for people at a terminal. */
export function printFinding({ about, level, says, todo }: Finding, colour: boolean): string[] {
  const word = level.padEnd(4);
  const shown = colour ? `\u001b[${COLOURS[level]}m${word}\u001b[0m` : word;
  return [`${shown}  ${about.padEnd(11)}  ${says}`, ...(todo ? [`${" ".repeat(19)}→ ${todo}`] : [])];
}

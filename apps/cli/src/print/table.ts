/** Lines in which every column begins at the same place. The last one is as long as it wants to be. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return aligned([head, ...rows]);
}

/** The same without a head. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** `2026-03-01T12:00:00.123Z` as people read it: `2026-03-01 12:00:00`. All times are UTC. */
export const shortTime = (iso: string | null): string => (iso === null ? "-" : iso.slice(0, 19).replace("T", " "));

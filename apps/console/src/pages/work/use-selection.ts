import { useCallback, useMemo, useState } from "react";

/** Which rows are marked. Rows that are no longer shown do not count, so nothing is done to what nobody sees. */
export function useSelection<Row extends { id: string }>(rows: readonly Row[]) {
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const chosen = useMemo(() => rows.filter(({ id }) => marked.has(id)), [rows, marked]);
  const toggle = useCallback((id: string) => setMarked((held) => new Set(held).symmetricDifference(new Set([id]))), []);
  const toggleAll = useCallback(
    () => setMarked((held) => new Set(rows.every(({ id }) => held.has(id)) ? [] : rows.map(({ id }) => id))),
    [rows],
  );
  const clear = useCallback(() => setMarked(new Set()), []);
  return { chosen, isChosen: (id: string) => marked.has(id), toggle, toggleAll, clear };
}

export type Selection = ReturnType<typeof useSelection>;

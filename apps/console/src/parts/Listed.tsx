import type { ReactNode } from "react";
import { Failed, Loading } from "./State.tsx";

type ListedProps = {
  query: { isPending: boolean; error: unknown; refetch: () => unknown };
  count: number;
  /** What stands there when all is read and there is nothing. */
  empty: ReactNode;
  /** How many rows to expect. */
  rows?: number;
  children: ReactNode;
};

/** The rows of a list, or why there are none. Rows stay while they cannot be read anew. */
export function Listed({ query, count, empty, rows = 6, children }: ListedProps) {
  if (query.isPending) return <Loading rows={rows} />;
  if (count > 0) return children;
  return query.error ? <Failed error={query.error} retry={() => query.refetch()} /> : empty;
}

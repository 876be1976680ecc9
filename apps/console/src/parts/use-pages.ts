import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

type Page<Item> = { items: Item[]; nextCursor: string | null };

/** A list that is read page after page, and read anew every so often if that is said. */
export function usePages<Item>(
  queryKey: readonly unknown[],
  read: (query: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<Page<Item>>,
  { everyMs }: { everyMs?: number } = {},
) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ signal, pageParam }) => read({ limit: 50, ...(pageParam && { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  });
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  return { query, rows };
}

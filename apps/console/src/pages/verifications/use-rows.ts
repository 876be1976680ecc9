import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "../../api/client.ts";
import { type Filters, toQuery } from "./filters.ts";

const PAGE = 50;

/** The rows that fit, page after page. With an id, what it finds; it may be any id of a verification. */
export function useRows({ cols: _, ...filters }: Filters, merchantUserId: string | null) {
  return useInfiniteQuery({
    queryKey: ["verifications", filters, merchantUserId],
    queryFn: async ({ signal, pageParam }) => {
      if (filters.q && merchantUserId === null) {
        const { items } = await call("POST /v1/verifications/lookup", { body: { ids: [filters.q] } }, { signal });
        return { items, nextCursor: null };
      }
      const query = merchantUserId === null ? toQuery(filters, new Date()) : { merchantUserId };
      return call(
        "GET /v1/verifications",
        { query: { ...query, limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
        { signal },
      );
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) <= 1 ? 5_000 : false),
  });
}

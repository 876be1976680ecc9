import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client.ts";

/** The API looks up so many at once. */
const MOST = 200;

/** What the company itself calls the sessions that rows are about, by our id of them. */
export function useSessionNames(rows: readonly { verificationId: string | null }[]): ReadonlyMap<string, string> {
  const ids = [...new Set(rows.flatMap(({ verificationId }) => verificationId ?? []))].slice(0, MOST);
  const found = useQuery({
    queryKey: ["session-names", ids],
    queryFn: async ({ signal }) => {
      const { items } = await call("POST /v1/verifications/lookup", { body: { ids } }, { signal });
      return new Map(items.map(({ id, merchantBizId }) => [id, merchantBizId]));
    },
    enabled: ids.length > 0,
    staleTime: 300_000,
    placeholderData: (held) => held,
  });
  return found.data ?? NONE;
}

const NONE: ReadonlyMap<string, string> = new Map();

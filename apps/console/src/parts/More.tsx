import { Button } from "@mantine/core";
import { useText } from "../text/text.tsx";

type MoreProps = { query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } };

/** The way to the next page of a list, where there is one. */
export function More({ query }: MoreProps) {
  const t = useText();
  return query.hasNextPage ? (
    <div style={{ padding: "12px 18px", borderTop: "1px solid var(--line)" }}>
      <Button
        variant="default"
        size="compact-sm"
        loading={query.isFetchingNextPage}
        onClick={() => query.fetchNextPage()}
      >
        {t.list.more}
      </Button>
    </div>
  ) : null;
}

import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useText } from "../text/text.tsx";
import styles from "./More.module.css";

type MoreProps = {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  /** What is said of the rows that are there. */
  children?: ReactNode;
};

/** The foot of a list: the way to its next page, where there is one. */
export function More({ query, children }: MoreProps) {
  const t = useText();
  if (!query.hasNextPage && !children) return null;
  return (
    <div className={styles.foot}>
      {children}
      {query.hasNextPage ? (
        <Button
          variant="default"
          size="compact-sm"
          loading={query.isFetchingNextPage}
          onClick={() => query.fetchNextPage()}
        >
          {t.list.more}
        </Button>
      ) : null}
    </div>
  );
}

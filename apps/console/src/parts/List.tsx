import type { ReactNode } from "react";
import { Card } from "./Card.tsx";
import { type Column, DataTable } from "./DataTable.tsx";
import type { IconName } from "./Icon.tsx";
import styles from "./List.module.css";
import { Listed } from "./Listed.tsx";
import { More } from "./More.tsx";
import { Empty } from "./State.tsx";

type Query = {
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?: () => unknown;
};

type ListProps<Row> = {
  label: string;
  query: Query;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  empty: { icon: IconName; title: string; hint?: string };
  bar?: ReactNode;
  /** What stands over the list for a while. */
  children?: ReactNode;
};

/** A list in whatever state it is. */
export function List<Row extends { id: string }>({
  label,
  query,
  rows,
  columns,
  empty,
  bar,
  children,
}: ListProps<Row>) {
  const { hasNextPage = false, isFetchingNextPage = false, fetchNextPage = () => {} } = query;
  const nothing = (
    <Empty icon={empty.icon} title={empty.title}>
      {empty.hint}
    </Empty>
  );
  return (
    <Card flush>
      {bar ? <div className={styles.bar}>{bar}</div> : null}
      <Listed query={query} count={rows.length} empty={nothing}>
        <DataTable label={label} columns={columns} rows={rows} rowId={({ id }) => id} />
        <More query={{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
      </Listed>
      {children}
    </Card>
  );
}

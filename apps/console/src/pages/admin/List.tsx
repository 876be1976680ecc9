import type { ReactNode } from "react";
import { Card } from "../../parts/Card.tsx";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import type { IconName } from "../../parts/Icon.tsx";
import { More } from "../../parts/More.tsx";
import { Empty, Failed, Loading } from "../../parts/State.tsx";
import queue from "../work/Queue.module.css";

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
};

/** A list in whatever state it is. */
export function List<Row extends { id: string }>({ label, query, rows, columns, empty, bar }: ListProps<Row>) {
  const { hasNextPage = false, isFetchingNextPage = false, fetchNextPage = () => {} } = query;
  return (
    <Card flush>
      {bar ? <div className={queue.bar}>{bar}</div> : null}
      {query.isPending ? (
        <Loading />
      ) : query.error && rows.length === 0 ? (
        <Failed error={query.error} retry={() => query.refetch()} />
      ) : rows.length === 0 ? (
        <Empty icon={empty.icon} title={empty.title}>
          {empty.hint}
        </Empty>
      ) : (
        <>
          <DataTable label={label} columns={columns} rows={rows} rowId={({ id }) => id} />
          <More query={{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
        </>
      )}
    </Card>
  );
}

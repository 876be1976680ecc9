import {
  type ColumnDef,
  columnVisibilityFeature,
  createColumnHelper,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { type ReactNode, useMemo } from "react";
import styles from "./DataTable.module.css";

const features = tableFeatures({ columnVisibilityFeature });

export type Column<Row> = {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  align?: "end";
  /** What becomes of it where there is no room for a table: part of the first line, a line of its own, half of one (`side`: the right half), the box to mark it with, or nothing. */
  narrow?: "top" | "wide" | "half" | "side" | "pick" | "hidden";
  /** Whether it says little without its name, which then stands before it on narrow screens. */
  named?: boolean;
};

type DataTableProps<Row> = {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  hidden?: Readonly<Record<string, boolean>>;
};

const NONE = {};

/** A table; a list of cards on narrow screens. A link marked `data-row-link` in a row makes all of the row its target. */
export function DataTable<Row extends object>({ label, columns, rows, rowId, hidden = NONE }: DataTableProps<Row>) {
  const helper = useMemo(() => createColumnHelper<typeof features, Row>(), []);
  const defined = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<typeof features, Row> =>
          helper.display({
            id: column.id,
            header: column.header,
            cell: (context) => column.cell(context.row.original),
          }),
      ),
    [columns, helper],
  );
  const columnVisibility = useMemo(
    () => Object.fromEntries(columns.map(({ id }) => [id, hidden[id] !== true])),
    [columns, hidden],
  );
  const table = useTable({
    features,
    columns: defined,
    data: rows as Row[],
    getRowId: rowId,
    state: { columnVisibility },
  });
  const byId = new Map(columns.map((column) => [column.id, column]));
  const classOf = (id: string) => {
    const { align, narrow } = byId.get(id) ?? {};
    return [align === "end" && styles.end, narrow && styles[narrow]].filter(Boolean).join(" ");
  };

  return (
    <div className={styles.wrap}>
      <table className={styles.table} aria-label={label}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <th key={header.id} scope="col" className={classOf(header.column.id)}>
                  <table.FlexRender header={header} />
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} className={styles.row}>
              {row.getVisibleCells().map((cell) => (
                <td
                  key={cell.id}
                  className={classOf(cell.column.id)}
                  data-name={byId.get(cell.column.id)?.named ? byId.get(cell.column.id)?.header : undefined}
                >
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { Checkbox } from "@mantine/core";
import type { Column } from "../../parts/DataTable.tsx";
import type { Text } from "../../text/en/index.ts";
import styles from "./Queue.module.css";
import type { Selection } from "./use-selection.ts";

/** The boxes to mark rows with, on narrow screens as well. */
export const pickColumn = <Row extends { id: string }>(
  { isChosen, toggle }: Pick<Selection, "isChosen" | "toggle">,
  nameOf: (row: Row) => string,
  t: Text,
): Column<Row> => ({
  id: "pick",
  header: "",
  narrow: "pick",
  cell: (row) => (
    <Checkbox
      className={styles.pick}
      size="sm"
      aria-label={t.work.pick(nameOf(row))}
      checked={isChosen(row.id)}
      onChange={() => toggle(row.id)}
    />
  ),
});

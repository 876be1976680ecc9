import { Checkbox } from "@mantine/core";
import type { Column } from "../../parts/DataTable.tsx";
import type { Text } from "../../text/en/index.ts";
import styles from "./Queue.module.css";

type Selection = { isChosen: (id: string) => boolean; toggle: (id: string) => void };

/** The boxes to mark rows with, on narrow screens as well. */
export const pickColumn = <Row extends { id: string }>(
  { isChosen, toggle }: Selection,
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

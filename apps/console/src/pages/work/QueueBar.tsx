import { Button, SegmentedControl } from "@mantine/core";
import type { ReactNode } from "react";
import list from "../../parts/List.module.css";
import { useText } from "../../text/text.tsx";
import styles from "./Queue.module.css";
import type { Selection } from "./use-selection.ts";
import type { Choice } from "./use-status.ts";

type SwitchProps<Status extends string> = { choice: Choice<Status>; names: Readonly<Record<Status, string>> };

/** Which rows of a queue are shown. */
export function StatusSwitch<Status extends string>({ choice, names }: SwitchProps<Status>) {
  const t = useText();
  return (
    <SegmentedControl
      aria-label={t.fields.status}
      value={choice.status}
      onChange={choice.show}
      data={choice.statuses.map((value) => ({ value, label: names[value] }))}
    />
  );
}

type QueueBarProps<Status extends string> = SwitchProps<Status> & {
  selection: Selection;
  /** Whether there are rows to mark. */
  picks: boolean;
  /** What can be done to the marked rows. */
  children: ReactNode;
};

/** Above a queue: which rows are shown or, once some are marked, what can be done to them. */
export function QueueBar<Status extends string>({ selection, picks, children, ...shown }: QueueBarProps<Status>) {
  const t = useText();
  if (selection.chosen.length > 0) {
    return (
      <>
        <span className={styles.chosen}>{t.work.chosen(selection.chosen.length)}</span>
        {children}
        <Button variant="subtle" onClick={selection.clear}>
          {t.parts.cancel}
        </Button>
      </>
    );
  }
  return (
    <>
      <StatusSwitch {...shown} />
      {picks ? (
        <Button className={list.end} variant="subtle" onClick={selection.toggleAll}>
          {t.work.pickAll}
        </Button>
      ) : null}
    </>
  );
}

import { Button, Group, Modal, Radio, Stack, Textarea } from "@mantine/core";
import { type ReactNode, useRef, useState } from "react";
import { DialogFoot } from "../../parts/DialogFoot.tsx";
import { errorText } from "../../parts/error-text.ts";
import { sentence } from "../../parts/sentence.ts";
import { useText } from "../../text/text.tsx";
import { OUTCOMES, type Outcome, reasonFor } from "./outcomes.ts";
import styles from "./Queue.module.css";

type BulkDialogProps<Row> = {
  title: string;
  action: string;
  rows: readonly Row[];
  nameOf: (row: Row) => string;
  /** Whether it ends something, which then has an outcome to choose. */
  closes: boolean;
  optional?: boolean;
  /** What has to be said first, and whether it has been. */
  before?: { field: ReactNode; ready: boolean };
  onClose: () => void;
  onEach: (row: Row, reason: string) => Promise<unknown>;
};

type State = { kind: "asking" } | { kind: "running"; done: number } | { kind: "over"; done: number; failed: string[] };

/** Does one thing to one row or to many: shows which, asks why, tells how far it is, and stops when told to. */
export function BulkDialog<Row extends { id: string }>(props: BulkDialogProps<Row>) {
  const { title, action, rows, nameOf, closes, optional = false, before, onClose, onEach } = props;
  const t = useText();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [note, setNote] = useState("");
  const [state, setState] = useState<State>({ kind: "asking" });
  const stopped = useRef(false);
  // The rows as they were when the dialog opened: those that are done leave the list behind it.
  const [chosen] = useState(rows);
  const said = closes ? outcome !== null : optional || note.trim().length > 0;
  const ready = said && before?.ready !== false;

  const run = async () => {
    stopped.current = false;
    const failed: string[] = [];
    const reason = outcome ? reasonFor(outcome, note) : note.trim();
    let done = 0;
    for (const row of chosen) {
      if (stopped.current) break;
      setState({ kind: "running", done });
      try {
        await onEach(row, reason);
        done += 1;
      } catch (error) {
        failed.push(`${nameOf(row)}: ${errorText(error, t)}`);
      }
    }
    if (failed.length === 0 && done === chosen.length) onClose();
    else setState({ kind: "over", done, failed });
  };
  const leave = () => {
    stopped.current = true;
    onClose();
  };

  return (
    <Modal opened onClose={leave} title={<b>{title}</b>} closeButtonProps={{ "aria-label": t.parts.close }}>
      {state.kind === "asking" ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (ready) void run();
          }}
        >
          <Stack gap="md">
            <div>
              <span className="soft">{t.work.willChange(chosen.length)}</span>
              <ul className={styles.list}>
                {chosen.map((row) => (
                  <li key={row.id}>{sentence(nameOf(row))}</li>
                ))}
              </ul>
            </div>
            {before?.field}
            {closes ? (
              <Radio.Group label={t.work.outcome} value={outcome} onChange={(value) => setOutcome(value as Outcome)}>
                <Stack gap={8} mt={6}>
                  {OUTCOMES.map((value) => (
                    <Radio key={value} value={value} label={t.work.outcomes[value]} />
                  ))}
                </Stack>
              </Radio.Group>
            ) : null}
            <Textarea
              data-autofocus
              label={closes || optional ? t.work.note : t.parts.reason}
              description={t.parts.reasonHint}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
              maxLength={440}
              rows={3}
            />
            <DialogFoot>
              <Button variant="default" onClick={leave}>
                {t.parts.cancel}
              </Button>
              <Button type="submit" disabled={!ready}>
                {action}
              </Button>
            </DialogFoot>
          </Stack>
        </form>
      ) : state.kind === "running" ? (
        <Stack gap="md">
          <span role="status">{t.work.progress(state.done, chosen.length)}</span>
          <div className={styles.progress}>
            <span style={{ width: `${(100 * state.done) / chosen.length}%` }} />
          </div>
          <Group justify="flex-end">
            <Button
              variant="default"
              onClick={() => {
                stopped.current = true;
              }}
            >
              {t.work.stop}
            </Button>
          </Group>
        </Stack>
      ) : (
        <Stack gap="md">
          <span role="alert">{t.work.over(state.done, chosen.length)}</span>
          {state.failed.length > 0 ? (
            <ul className={styles.list}>
              {state.failed.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          ) : null}
          <Group justify="flex-end">
            <Button onClick={onClose}>{t.parts.close}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

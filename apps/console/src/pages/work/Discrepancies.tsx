import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { OutputOf } from "@verdict/client";
import { Suspense, useState } from "react";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { List } from "../../parts/List.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { usePages } from "../../parts/use-pages.ts";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import { Glyph } from "../verification/glyphs.tsx";
import { discrepancyText } from "../verification/say-entry.ts";
import { About } from "./alert-columns.tsx";
import { AssignDialog, BulkDialog } from "./dialogs.ts";
import { sayReason } from "./outcomes.ts";
import { pickColumn } from "./pick-column.tsx";
import styles from "./Queue.module.css";
import { QueueBar } from "./QueueBar.tsx";
import { useSelection } from "./use-selection.ts";
import { useSessionNames } from "./use-sessions.ts";
import { useStatus } from "./use-status.ts";

type Discrepancy = OutputOf<"GET /v1/discrepancies">["items"][number];

const STATUSES = ["open", "closed"] as const;

/** Evidence that disagrees, as a queue: look at the session, then close it with what it turned out to be. */
export function Discrepancies() {
  const t = useText();
  const may = useMay();
  const client = useQueryClient();
  const choice = useStatus(STATUSES);
  const { status } = choice;
  const [closing, setClosing] = useState<readonly Discrepancy[] | null>(null);
  const [assigning, setAssigning] = useState<readonly Discrepancy[] | null>(null);
  const { query, rows } = usePages(
    ["discrepancies", status],
    (page, signal) => call("GET /v1/discrepancies", { query: { ...page, status } }, { signal }),
    { everyMs: 10_000 },
  );
  const selection = useSelection(rows);
  const sessions = useSessionNames(rows);
  const acts = may("discrepancies.resolve") && status === "open";
  const nameOf = ({ type, verificationId }: Discrepancy) =>
    [discrepancyText(type, t), sessions.get(verificationId)].filter(Boolean).join(" · ");
  const done = () => {
    setClosing(null);
    setAssigning(null);
    selection.clear();
    for (const queryKey of [["discrepancies"], ["alerts"]]) void client.invalidateQueries({ queryKey });
  };

  const columns: Column<Discrepancy>[] = [
    pickColumn<Discrepancy>(selection, nameOf, t),
    {
      id: "what",
      header: t.work.what,
      narrow: "wide",
      cell: ({ type, verificationId }) => (
        <span className={styles.what}>
          <svg width={18} height={18} viewBox="-10 -10 20 20" aria-hidden="true">
            <Glyph shape="triangle" tone={status === "open" ? "odd" : "still"} />
          </svg>
          <span className={styles.about}>
            <Link to="/verifications/$id" params={{ id: verificationId }} data-row-link>
              {discrepancyText(type, t)}
            </Link>
            <About name={sessions.get(verificationId)} />
          </span>
        </span>
      ),
    },
    { id: "route", header: t.fields.route, narrow: "hidden", cell: (row) => <span className="soft">{row.route}</span> },
    status === "open"
      ? {
          id: "who",
          header: t.work.takenBy,
          cell: ({ alert }) =>
            alert && alert.status !== "open" ? (
              <span className="soft">{alert.acknowledgedByName ?? t.cases.somebody}</span>
            ) : (
              <Mark tone="odd">{t.cases.nobodyYet}</Mark>
            ),
        }
      : {
          id: "reason",
          header: t.work.resolution,
          cell: ({ closingReason }) => (
            <span className="soft">{closingReason === null ? null : sayReason(closingReason, t)}</span>
          ),
        },
    {
      id: "at",
      header: t.work.since,
      align: "end",
      cell: ({ openedAt, closedAt }) => <Time at={closedAt ?? openedAt} soft />,
    },
    {
      id: "act",
      header: "",
      align: "end",
      cell: (row) => (
        <Button className={styles.pick} variant="default" size="compact-sm" onClick={() => setClosing([row])}>
          {t.work.close}
        </Button>
      ),
    },
  ];
  const shown = acts ? columns : columns.filter(({ id }) => id !== "pick" && id !== "act");

  return (
    <List
      label={t.work.tabs.discrepancies}
      query={query}
      rows={rows}
      columns={shown}
      empty={{ icon: "check", title: t.work.noDiscrepancies[status], hint: t.work.noDiscrepanciesHint[status] }}
      bar={
        <QueueBar
          choice={choice}
          names={t.work.discrepancyStatus}
          selection={selection}
          picks={acts && rows.length > 0}
        >
          {may("alerts.assign") ? (
            <Button variant="default" onClick={() => setAssigning(selection.chosen)}>
              {t.cases.assign}
            </Button>
          ) : null}
          <Button onClick={() => setClosing(selection.chosen)}>{t.work.close}</Button>
        </QueueBar>
      }
    >
      <Suspense>
        {closing ? (
          <BulkDialog
            title={t.work.close}
            action={t.work.close}
            rows={closing}
            nameOf={nameOf}
            closes
            onClose={done}
            onEach={({ id }, reason) => call("POST /v1/discrepancies/{id}/resolve", { path: { id }, body: { reason } })}
          />
        ) : null}
        {assigning ? (
          <AssignDialog
            alerts={assigning.flatMap((one) =>
              one.alert ? [{ id: one.alert.id, route: one.route, name: nameOf(one) }] : [],
            )}
            onClose={done}
          />
        ) : null}
      </Suspense>
    </List>
  );
}

import { Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { OutputOf } from "@verdict/client";
import { Suspense, useMemo, useState } from "react";
import { call } from "../../api/client.ts";
import { Card } from "../../parts/Card.tsx";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { More } from "../../parts/More.tsx";
import { Empty, Failed, Loading } from "../../parts/State.tsx";
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
import { useSelection } from "./use-selection.ts";
import { useSessionNames } from "./use-sessions.ts";

type Discrepancy = OutputOf<"GET /v1/discrepancies">["items"][number];

const STATUSES = ["open", "closed"] as const;
const route = getRouteApi("/work");

/** Evidence that disagrees, as a queue: look at the session, then close it with what it turned out to be. */
export function Discrepancies() {
  const t = useText();
  const may = useMay();
  const client = useQueryClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = STATUSES.find((one) => one === search.status) ?? "open";
  const [closing, setClosing] = useState<readonly Discrepancy[] | null>(null);
  const [assigning, setAssigning] = useState<readonly Discrepancy[] | null>(null);
  const found = useInfiniteQuery({
    queryKey: ["discrepancies", status],
    queryFn: ({ signal, pageParam }) =>
      call(
        "GET /v1/discrepancies",
        { query: { status, limit: 50, ...(pageParam && { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: 10_000,
  });
  const rows = useMemo(() => found.data?.pages.flatMap(({ items }) => items) ?? [], [found.data]);
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
      cell: ({ openedAt, closedAt }) => (
        <span className="soft">
          <Time at={closedAt ?? openedAt} />
        </span>
      ),
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
    <Card flush>
      <div className={styles.bar}>
        {selection.chosen.length > 0 ? (
          <>
            <span className={styles.chosen}>{t.work.chosen(selection.chosen.length)}</span>
            {may("alerts.assign") ? (
              <Button variant="default" onClick={() => setAssigning(selection.chosen)}>
                {t.cases.assign}
              </Button>
            ) : null}
            <Button onClick={() => setClosing(selection.chosen)}>{t.work.close}</Button>
            <Button variant="subtle" onClick={selection.clear}>
              {t.parts.cancel}
            </Button>
          </>
        ) : (
          <>
            <SegmentedControl
              size="sm"
              aria-label={t.fields.status}
              value={status}
              onChange={(next) => navigate({ search: (held) => ({ ...held, status: next }) })}
              data={STATUSES.map((value) => ({ value, label: t.work.discrepancyStatus[value] }))}
            />
            {acts && rows.length > 0 ? (
              <Button className={styles.end} variant="subtle" onClick={selection.toggleAll}>
                {t.work.pickAll}
              </Button>
            ) : null}
          </>
        )}
      </div>
      {found.isPending ? (
        <Loading />
      ) : found.isError && rows.length === 0 ? (
        <Failed error={found.error} retry={() => found.refetch()} />
      ) : rows.length === 0 ? (
        <Empty icon="check" title={t.work.noDiscrepancies[status]} />
      ) : (
        <>
          <DataTable label={t.work.tabs.discrepancies} columns={shown} rows={rows} rowId={({ id }) => id} />
          <More query={found} />
        </>
      )}
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
    </Card>
  );
}

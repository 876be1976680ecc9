import { Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Suspense, useMemo, useState } from "react";
import { call } from "../../api/client.ts";
import { Card } from "../../parts/Card.tsx";
import { DataTable } from "../../parts/DataTable.tsx";
import { More } from "../../parts/More.tsx";
import { Empty, Failed, Loading } from "../../parts/State.tsx";
import { sentence } from "../../parts/sentence.ts";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import { ruleText } from "../verification/say-entry.ts";
import { type Alert, alertColumns } from "./alert-columns.tsx";
import { AlertDialog, AssignDialog, BulkDialog, SnoozeDialog } from "./dialogs.ts";
import { pickColumn } from "./pick-column.tsx";
import styles from "./Queue.module.css";
import { useSelection } from "./use-selection.ts";
import { useSessionNames } from "./use-sessions.ts";

const STATUSES = ["open", "acknowledged", "resolved"] as const;

const route = getRouteApi("/work");

/** Alerts as a queue: take one or hand it on, and end it with what it turned out to be. */
export function Alerts() {
  const t = useText();
  const may = useMay();
  const client = useQueryClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = STATUSES.find((one) => one === search.status) ?? "open";
  const [doing, setDoing] = useState<"acknowledge" | "assign" | "resolve" | null>(null);
  const [snoozing, setSnoozing] = useState<Alert | null>(null);
  const alerts = useInfiniteQuery({
    queryKey: ["alerts", "list", status, search.rule, search.severity],
    queryFn: ({ signal, pageParam }) =>
      call(
        "GET /v1/alerts",
        {
          query: {
            status,
            limit: 50,
            ...(search.rule && { rule: search.rule }),
            ...((search.severity === "critical" || search.severity === "warning") && { severity: search.severity }),
            ...(pageParam && { cursor: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: 10_000,
  });
  const rows = useMemo(() => alerts.data?.pages.flatMap(({ items }) => items) ?? [], [alerts.data]);
  const sessions = useSessionNames(rows);
  const selection = useSelection(rows);
  const acts = may("alerts.act") && status !== "resolved";
  const open = (id: string | undefined) => navigate({ search: (held) => ({ ...held, open: id }), replace: true });
  const refresh = () => client.invalidateQueries({ queryKey: ["alerts"] });
  const done = () => {
    setDoing(null);
    selection.clear();
    void refresh();
  };

  const nameOf = ({ rule, verificationId }: Alert) => {
    const about = verificationId ? sessions.get(verificationId) : undefined;
    return sentence(about ? `${ruleText(rule, t)} · ${about}` : ruleText(rule, t));
  };
  const columns = [...(acts ? [pickColumn<Alert>(selection, nameOf, t)] : []), ...alertColumns(t, sessions, open)];

  return (
    <Card flush>
      <div className={styles.bar}>
        {selection.chosen.length > 0 ? (
          <>
            <span className={styles.chosen}>{t.work.chosen(selection.chosen.length)}</span>
            {status === "open" ? (
              <Button variant="default" onClick={() => setDoing("acknowledge")}>
                {t.work.take}
              </Button>
            ) : null}
            {may("alerts.assign") ? (
              <Button variant="default" onClick={() => setDoing("assign")}>
                {t.cases.assign}
              </Button>
            ) : null}
            <Button onClick={() => setDoing("resolve")}>{t.work.close}</Button>
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
              onChange={(next) => navigate({ search: (held) => ({ ...held, status: next, open: undefined }) })}
              data={STATUSES.map((value) => ({ value, label: t.work.alertStatus[value] }))}
            />
            {acts && rows.length > 0 ? (
              <Button className={styles.end} variant="subtle" onClick={selection.toggleAll}>
                {t.work.pickAll}
              </Button>
            ) : null}
          </>
        )}
      </div>
      {alerts.isPending ? (
        <Loading />
      ) : alerts.isError && rows.length === 0 ? (
        <Failed error={alerts.error} retry={() => alerts.refetch()} />
      ) : rows.length === 0 ? (
        <Empty icon="check" title={t.work.noAlerts[status]} />
      ) : (
        <>
          <DataTable label={t.work.tabs.alerts} columns={columns} rows={rows} rowId={({ id }) => id} />
          <More query={alerts} />
        </>
      )}
      <Suspense>
        {doing === "assign" ? (
          <AssignDialog alerts={selection.chosen.map((one) => ({ ...one, name: nameOf(one) }))} onClose={done} />
        ) : doing ? (
          <BulkDialog
            title={doing === "resolve" ? t.work.close : t.work.take}
            action={doing === "resolve" ? t.work.close : t.work.take}
            rows={selection.chosen}
            nameOf={nameOf}
            closes={doing === "resolve"}
            optional
            onClose={done}
            onEach={({ id }, reason) =>
              doing === "resolve"
                ? call("POST /v1/alerts/{id}/resolve", { path: { id }, body: { reason } })
                : call("POST /v1/alerts/{id}/acknowledge", { path: { id }, body: reason ? { reason } : {} })
            }
          />
        ) : null}
        {search.open ? (
          <AlertDialog
            id={search.open}
            onClose={() => open(undefined)}
            onChanged={refresh}
            onSnooze={(alert) => {
              void open(undefined);
              setSnoozing(alert);
            }}
          />
        ) : null}
        {snoozing ? (
          <SnoozeDialog rule={snoozing.rule} route={snoozing.route} onClose={() => setSnoozing(null)} />
        ) : null}
      </Suspense>
    </Card>
  );
}

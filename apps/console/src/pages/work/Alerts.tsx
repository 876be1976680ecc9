import { Button, Checkbox, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { OutputOf } from "@verdict/client";
import { Suspense, useMemo, useState } from "react";
import { call } from "../../api/client.ts";
import { Card } from "../../parts/Card.tsx";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { More } from "../../parts/More.tsx";
import { Empty, Failed, Loading } from "../../parts/State.tsx";
import type { Tone } from "../../parts/tones.ts";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import { Glyph } from "../verification/glyphs.tsx";
import { ruleText } from "../verification/say-entry.ts";
import { AlertDialog, BulkDialog, SnoozeDialog } from "./dialogs.ts";
import styles from "./Queue.module.css";
import { useSelection } from "./use-selection.ts";

export type Alert = OutputOf<"GET /v1/alerts">["items"][number];

const STATUSES = ["open", "acknowledged", "resolved"] as const;
export const ALERT_TONES: Record<Alert["status"], Tone> = { open: "bad", acknowledged: "wait", resolved: "still" };

const route = getRouteApi("/work");

/** Alerts as a queue: take one, and end it with what it turned out to be. */
export function Alerts() {
  const t = useText();
  const may = useMay();
  const client = useQueryClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = STATUSES.find((one) => one === search.status) ?? "open";
  const [doing, setDoing] = useState<"acknowledge" | "resolve" | null>(null);
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
  const selection = useSelection(rows);
  const acts = may("alerts.act") && status !== "resolved";
  const open = (id: string | undefined) => navigate({ search: (held) => ({ ...held, open: id }), replace: true });
  const refresh = () => client.invalidateQueries({ queryKey: ["alerts"] });

  const columns = useMemo((): Column<Alert>[] => {
    const pick: Column<Alert> = {
      id: "pick",
      header: "",
      narrow: "hidden",
      cell: ({ id, rule }) => (
        <Checkbox
          className={styles.pick}
          size="xs"
          aria-label={t.work.pick(ruleText(rule, t))}
          checked={selection.isChosen(id)}
          onChange={() => selection.toggle(id)}
        />
      ),
    };
    return [
      ...(acts ? [pick] : []),
      {
        id: "what",
        header: t.work.what,
        narrow: "wide",
        cell: (alert) => (
          <span className={styles.what}>
            <svg width={18} height={18} viewBox="-10 -10 20 20" role="img" aria-label={t.severity[alert.severity]}>
              <Glyph shape="bell" tone={alert.severity === "critical" ? "bad" : "wait"} />
            </svg>
            <button type="button" className={styles.open} data-row-link onClick={() => open(alert.id)}>
              {ruleText(alert.rule, t)}
            </button>
          </span>
        ),
      },
      {
        id: "status",
        header: t.fields.status,
        narrow: "half",
        cell: (alert) => (
          <Mark tone={ALERT_TONES[alert.status]} dot={alert.status === "open" ? "live" : "hollow"}>
            {t.work.alertStatus[alert.status]}
          </Mark>
        ),
      },
      {
        id: "route",
        header: t.fields.route,
        narrow: "hidden",
        cell: (alert) => <span className="soft">{alert.route}</span>,
      },
      {
        id: "at",
        header: t.work.since,
        align: "end",
        cell: (alert) => (
          <span className="soft">
            <Time at={alert.openedAt} />
          </span>
        ),
      },
    ];
  }, [t, acts, selection.isChosen]);

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
        {doing ? (
          <BulkDialog
            title={doing === "resolve" ? t.work.close : t.work.take}
            action={doing === "resolve" ? t.work.close : t.work.take}
            rows={selection.chosen}
            nameOf={(alert) => ruleText(alert.rule, t)}
            closes={doing === "resolve"}
            optional
            onClose={() => {
              setDoing(null);
              selection.clear();
              void refresh();
            }}
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

/** A link to the session something is about. */
export function SessionLink({ id }: { id: string | null }) {
  const t = useText();
  return id ? (
    <Link to="/verifications/$id" params={{ id }} className="small" style={{ position: "relative", zIndex: 2 }}>
      {t.work.session} <Icon name="right" size={12} />
    </Link>
  ) : null;
}

import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { call } from "../../api/client.ts";
import { List } from "../../parts/List.tsx";
import { sentence } from "../../parts/sentence.ts";
import { usePages } from "../../parts/use-pages.ts";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import { ruleText } from "../verification/say-entry.ts";
import { type Alert, alertColumns } from "./alert-columns.tsx";
import { AlertDialog, AssignDialog, MoveAlertsDialog, SnoozeDialog } from "./dialogs.ts";
import { pickColumn } from "./pick-column.tsx";
import { QueueBar } from "./QueueBar.tsx";
import { useSelection } from "./use-selection.ts";
import { useSessionNames } from "./use-sessions.ts";
import { useStatus } from "./use-status.ts";

const STATUSES = ["open", "acknowledged", "resolved"] as const;

const route = getRouteApi("/work");

/** Alerts as a queue: take one or hand it on, and end it with what it turned out to be. */
export function Alerts() {
  const t = useText();
  const may = useMay();
  const client = useQueryClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const choice = useStatus(STATUSES);
  const { status } = choice;
  const [doing, setDoing] = useState<"acknowledge" | "assign" | "resolve" | null>(null);
  const [snoozing, setSnoozing] = useState<Alert | null>(null);
  const { query, rows } = usePages(
    ["alerts", "list", status, search.rule, search.severity],
    (page, signal) =>
      call(
        "GET /v1/alerts",
        {
          query: {
            ...page,
            status,
            ...(search.rule && { rule: search.rule }),
            ...((search.severity === "critical" || search.severity === "warning") && { severity: search.severity }),
          },
        },
        { signal },
      ),
    { everyMs: 10_000 },
  );
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
    <List
      label={t.work.tabs.alerts}
      query={query}
      rows={rows}
      columns={columns}
      empty={{ icon: "check", title: t.work.noAlerts[status], hint: t.work.noAlertsHint[status] }}
      bar={
        <QueueBar choice={choice} names={t.work.alertStatus} selection={selection} picks={acts && rows.length > 0}>
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
        </QueueBar>
      }
    >
      <Suspense>
        {doing === "assign" ? (
          <AssignDialog alerts={selection.chosen.map((one) => ({ ...one, name: nameOf(one) }))} onClose={done} />
        ) : doing ? (
          <MoveAlertsDialog move={doing} alerts={selection.chosen} nameOf={nameOf} onClose={done} />
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
    </List>
  );
}

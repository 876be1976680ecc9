import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { call } from "../../api/client.ts";
import { Card } from "../../parts/Card.tsx";
import type { Column } from "../../parts/DataTable.tsx";
import { Failed, Loading } from "../../parts/State.tsx";
import { useAdminText } from "../../text/use-admin-text.ts";
import { Time } from "../../time/Time.tsx";
import facts from "../verification/Facts.module.css";
import { List } from "./List.tsx";
import { usePages } from "./use-pages.ts";

type Run = Awaited<ReturnType<typeof readRuns>>["items"][number];
const readRuns = (page: { limit: number; cursor?: string }, signal: AbortSignal) =>
  call("GET /v1/retention/runs", { query: page }, { signal });

/** How long data is kept, and what was deleted for its age. */
export function Retention() {
  const t = useAdminText();
  const words: Readonly<Record<string, string>> = t.admin.classes;
  const settings = useQuery({
    queryKey: ["retention"],
    queryFn: ({ signal }) => call("GET /v1/retention", {}, { signal }),
  });
  const { query, rows } = usePages(["retention", "runs"], readRuns);
  const columns: Column<Run>[] = [
    { id: "class", header: t.admin.data, narrow: "wide", cell: ({ class: of }) => words[of] ?? of },
    {
      id: "deleted",
      header: t.admin.deleted,
      align: "end",
      cell: ({ deleted }) => <span className="numbers">{deleted}</span>,
    },
    {
      id: "before",
      header: t.admin.olderThan,
      align: "end",
      narrow: "hidden",
      cell: ({ before }) => <Time at={before} />,
    },
    {
      id: "at",
      header: t.admin.when,
      align: "end",
      cell: ({ endedAt }) => (
        <span className="soft">
          <Time at={endedAt} />
        </span>
      ),
    },
  ];
  return (
    <div style={{ display: "grid", gap: 16 }}>
      <Card title={t.admin.kept}>
        {settings.isPending ? (
          <Loading rows={3} />
        ) : settings.isError ? (
          <Failed error={settings.error} />
        ) : (
          <>
            <p className="soft" style={{ marginBottom: 14 }}>
              {t.running.setInSettings}
            </p>
            <dl className={facts.facts}>
              {Object.entries(settings.data.keptDays).map(([of, days]) => (
                <Fragment key={of}>
                  <dt>{words[of] ?? of}</dt>
                  <dd>{days === null ? t.admin.forever : t.admin.days(days)}</dd>
                </Fragment>
              ))}
            </dl>
          </>
        )}
      </Card>
      <List
        label={t.admin.tabs.retention}
        query={query}
        rows={rows}
        columns={columns}
        empty={{ icon: "clock", title: t.admin.noRuns, hint: t.admin.noRunsHint }}
      />
    </div>
  );
}

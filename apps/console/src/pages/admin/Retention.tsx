import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client.ts";
import { Card } from "../../parts/Card.tsx";
import type { Column } from "../../parts/DataTable.tsx";
import { FactList } from "../../parts/FactList.tsx";
import { List } from "../../parts/List.tsx";
import { Failed, Loading } from "../../parts/State.tsx";
import { usePages } from "../../parts/use-pages.ts";
import { useAdminText } from "../../text/use-admin-text.ts";
import { Time } from "../../time/Time.tsx";

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
    { id: "class", header: t.admin.data, narrow: "top", cell: ({ class: of }) => words[of] ?? of },
    {
      id: "deleted",
      header: t.admin.deleted,
      align: "end",
      named: true,
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
      narrow: "top",
      cell: ({ endedAt }) => <Time at={endedAt} soft />,
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
            <FactList
              rows={Object.entries(settings.data.keptDays).map(([of, days]) => [
                words[of] ?? of,
                days === null ? t.admin.forever : t.admin.days(days),
              ])}
            />
          </>
        )}
      </Card>
      <h2 style={{ marginTop: 8 }}>{t.admin.runs}</h2>
      <List
        label={t.admin.runs}
        query={query}
        rows={rows}
        columns={columns}
        empty={{ icon: "clock", title: t.admin.noRuns, hint: t.admin.noRunsHint }}
      />
    </div>
  );
}

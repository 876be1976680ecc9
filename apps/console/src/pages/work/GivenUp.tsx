import { Button, SegmentedControl } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { OutputOf } from "@verdict/client";
import { Suspense, useState } from "react";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import list from "../../parts/List.module.css";
import { List } from "../../parts/List.tsx";
import { ReasonDialog } from "../../parts/lazy-dialogs.ts";
import { Mark } from "../../parts/Mark.tsx";
import { usePages } from "../../parts/use-pages.ts";
import { useMay } from "../../session/me.ts";
import type { Text } from "../../text/en/index.ts";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import { StatusSwitch } from "./QueueBar.tsx";
import { SessionLink } from "./SessionLink.tsx";
import { useStatus } from "./use-status.ts";

type GivenUpWork = OutputOf<"GET /v1/work">["items"][number];

const STATUSES = ["open", "redriven"] as const;
const KINDS = ["all", "receipt", "batch", "job"] as const;
const route = getRouteApi("/work");

/** What failed for good, and a way to put it back that says beforehand how much that is. */
export function GivenUp() {
  const t = useText();
  const may = useMay();
  const client = useQueryClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const choice = useStatus(STATUSES);
  const { status } = choice;
  const kind = KINDS.find((one) => one === search.kind) ?? "all";
  const filter = kind === "all" ? {} : { kind };
  const [redriving, setRedriving] = useState(false);
  const { query, rows } = usePages(
    ["work", status, kind],
    (page, signal) => call("GET /v1/work", { query: { ...page, status, ...filter } }, { signal }),
    { everyMs: 10_000 },
  );

  return (
    <List
      label={t.work.tabs["given-up"]}
      query={query}
      rows={rows}
      columns={columnsOf(t)}
      empty={{ icon: "box", title: t.work.noWork[status], hint: t.work.noWorkHint }}
      bar={
        <>
          <StatusSwitch choice={choice} names={t.work.workStatus} />
          <SegmentedControl
            aria-label={t.work.kind}
            value={kind}
            onChange={(next) => navigate({ search: (held) => ({ ...held, kind: next === "all" ? undefined : next }) })}
            data={KINDS.map((value) => ({ value, label: t.work.kinds[value] }))}
          />
          {may("work.redrive") && status === "open" && rows.length > 0 ? (
            <Button className={list.end} onClick={() => setRedriving(true)}>
              {t.work.redrive}
            </Button>
          ) : null}
        </>
      }
    >
      <Suspense>
        {redriving ? (
          <ReasonDialog
            title={t.work.redrive}
            action={t.work.redrive}
            onClose={() => setRedriving(false)}
            onDone={async (reason) => {
              await call("POST /v1/work/redrive", { body: { filter, reason } });
              await client.invalidateQueries({ queryKey: ["work"] });
            }}
          >
            <Preview filter={filter} />
          </ReasonDialog>
        ) : null}
      </Suspense>
    </List>
  );
}

/** How much a redrive would put back, counted by the API itself. */
function Preview({ filter }: { filter: { kind?: "receipt" | "batch" | "job" } }) {
  const t = useText();
  const count = useQuery({
    queryKey: ["redrive", filter],
    queryFn: () => call("POST /v1/work/redrive", { body: { filter, dryRun: true, reason: "preview" } }),
    staleTime: 0,
    gcTime: 0,
  });
  return <span role="status">{count.data ? t.work.redriveCount(count.data.matched) : t.parts.loading}</span>;
}

const columnsOf = (t: Text): Column<GivenUpWork>[] => [
  { id: "kind", header: t.work.kind, narrow: "top", cell: ({ kind }) => <Mark tone="odd">{t.work.kinds[kind]}</Mark> },
  { id: "reason", header: t.parts.reason, narrow: "wide", cell: ({ reason }) => reason },
  {
    id: "times",
    header: t.work.times,
    align: "end",
    named: true,
    cell: ({ times }) => <span className="numbers">{times}</span>,
  },
  {
    id: "session",
    header: t.work.session,
    narrow: "half",
    cell: ({ verificationId }) => <SessionLink id={verificationId} />,
  },
  {
    id: "at",
    header: t.work.lastTried,
    align: "end",
    narrow: "top",
    cell: ({ lastAt }) => <Time at={lastAt} soft />,
  },
];

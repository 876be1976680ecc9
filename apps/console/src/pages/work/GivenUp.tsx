import { Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { OutputOf } from "@verdict/client";
import { Suspense, useMemo, useState } from "react";
import { call } from "../../api/client.ts";
import { Card } from "../../parts/Card.tsx";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { ReasonDialog } from "../../parts/lazy-dialogs.ts";
import { Mark } from "../../parts/Mark.tsx";
import { More } from "../../parts/More.tsx";
import { Empty, Failed, Loading } from "../../parts/State.tsx";
import { useMay } from "../../session/me.ts";
import type { Text } from "../../text/en/index.ts";
import { useText } from "../../text/text.tsx";
import { Time } from "../../time/Time.tsx";
import styles from "./Queue.module.css";
import { SessionLink } from "./SessionLink.tsx";

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
  const status = STATUSES.find((one) => one === search.status) ?? "open";
  const kind = KINDS.find((one) => one === search.kind) ?? "all";
  const filter = kind === "all" ? {} : { kind };
  const [redriving, setRedriving] = useState(false);
  const found = useInfiniteQuery({
    queryKey: ["work", status, kind],
    queryFn: ({ signal, pageParam }) =>
      call(
        "GET /v1/work",
        { query: { status, limit: 50, ...filter, ...(pageParam && { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: 10_000,
  });
  const rows = useMemo(() => found.data?.pages.flatMap(({ items }) => items) ?? [], [found.data]);

  return (
    <Card flush>
      <div className={styles.bar}>
        <SegmentedControl
          aria-label={t.fields.status}
          value={status}
          onChange={(next) => navigate({ search: (held) => ({ ...held, status: next }) })}
          data={STATUSES.map((value) => ({ value, label: t.work.workStatus[value] }))}
        />
        <SegmentedControl
          aria-label={t.work.kind}
          value={kind}
          onChange={(next) => navigate({ search: (held) => ({ ...held, kind: next === "all" ? undefined : next }) })}
          data={KINDS.map((value) => ({ value, label: t.work.kinds[value] }))}
        />
        {may("work.redrive") && status === "open" && rows.length > 0 ? (
          <Button className={styles.end} onClick={() => setRedriving(true)}>
            {t.work.redrive}
          </Button>
        ) : null}
      </div>
      {found.isPending ? (
        <Loading />
      ) : found.isError && rows.length === 0 ? (
        <Failed error={found.error} retry={() => found.refetch()} />
      ) : rows.length === 0 ? (
        <Empty icon="box" title={t.work.noWork[status]}>
          {t.work.noWorkHint}
        </Empty>
      ) : (
        <>
          <DataTable label={t.work.tabs["given-up"]} columns={columnsOf(t)} rows={rows} rowId={({ id }) => id} />
          <More query={found} />
        </>
      )}
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
    </Card>
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
    narrow: "hidden",
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
    cell: ({ lastAt }) => (
      <span className="soft">
        <Time at={lastAt} />
      </span>
    ),
  },
];

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "../../api/client.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { List } from "../../parts/List.tsx";
import { useAdminText } from "../../text/use-admin-text.ts";
import { type Line, lineColumns } from "../today/Lines.tsx";

type Row = Line & { id: string };

const percent = (share: number | null | undefined) =>
  share === null || share === undefined ? "–" : `${Math.round(share * 100)}%`;

/** Each integration: whether the provider answers, what is open and due, how much of its quota is used, and how it has gone. */
export function Routes() {
  const t = useAdminText();
  const now = useQuery({
    queryKey: ["now"],
    queryFn: ({ signal }) => call("GET /v1/now", {}, { signal }),
    refetchInterval: 5_000,
  });
  const day = useQuery({
    queryKey: ["stats", "day", "lines"],
    queryFn: ({ signal }) =>
      call("GET /v1/stats", { query: { by: "hour", groupBy: ["route", "product"].join(",") } }, { signal }),
    refetchInterval: 30_000,
  });
  const rows = useMemo(
    () => now.data?.lines.map((line): Row => ({ ...line, id: `${line.route} ${line.product}` })) ?? [],
    [now.data],
  );
  const ofDay = ({ route, product }: Row) =>
    day.data?.totals.find((one) => one.route === route && one.product === product);
  const rate = (id: "passRate" | "arrival", of: (row: Row) => number | null | undefined): Column<Row> => ({
    id,
    header: t.running[id],
    align: "end",
    named: true,
    cell: (row) => <span className="numbers">{percent(of(row))}</span>,
  });
  const columns: Column<Row>[] = [
    ...lineColumns(t).slice(0, 2),
    rate("passRate", (row) => ofDay(row)?.passRate),
    rate("arrival", (row) => ofDay(row)?.arrival.ratio),
    ...lineColumns(t).slice(2),
  ];
  return (
    <List
      label={t.admin.tabs.routes}
      query={now}
      rows={rows}
      columns={columns}
      empty={{ icon: "verifications", title: t.running.noRoutes, hint: t.running.noRoutesHint }}
    />
  );
}

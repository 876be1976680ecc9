import type { OutputOf } from "@verdict/client";
import { Card } from "../../parts/Card.tsx";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Gauge } from "../../parts/Gauge.tsx";
import { Mark } from "../../parts/Mark.tsx";
import type { Tone } from "../../parts/tones.ts";
import type { Text } from "../../text/en/index.ts";
import { useText } from "../../text/text.tsx";
import { duration } from "../../time/format-time.ts";

export type Line = OutputOf<"GET /v1/now">["lines"][number];

const BREAKER_TONES: Readonly<Record<string, Tone>> = { closed: "good", half_open: "wait", open: "bad", parked: "bad" };

/** How each route and product gets on with the provider. */
export function Lines({ lines }: { lines: readonly Line[] }) {
  const t = useText();
  if (lines.length === 0) {
    return (
      <Card title={t.today.lines}>
        <p className="soft">{t.running.noRoutes}</p>
      </Card>
    );
  }
  return (
    <Card title={t.today.lines} flush>
      <DataTable
        label={t.today.lines}
        columns={lineColumns(t)}
        rows={lines}
        rowId={({ route, product }) => `${route} ${product}`}
      />
    </Card>
  );
}

/** What there is to say of a route and product at this moment. */
export const lineColumns = (t: Text): Column<Line>[] => [
  {
    id: "route",
    header: t.fields.route,
    narrow: "top",
    cell: ({ route, product }) => (
      <>
        <b style={{ fontWeight: 500 }}>{route}</b> <span className="soft">· {t.products[product]}</span>
      </>
    ),
  },
  {
    id: "calls",
    header: t.today.provider,
    narrow: "top",
    cell: ({ breaker }) => {
      const words: Readonly<Record<string, string>> = t.today.breaker;
      return <Mark tone={BREAKER_TONES[breaker] ?? "still"}>{words[breaker] ?? breaker}</Mark>;
    },
  },
  {
    id: "open",
    header: t.today.openShort,
    align: "end",
    named: true,
    cell: ({ open }) => <span className="numbers">{open}</span>,
  },
  {
    id: "due",
    header: t.today.dueShort,
    align: "end",
    named: true,
    cell: ({ due, drainSeconds }) => (
      <span className="numbers">
        {due}
        {drainSeconds > 0 ? <span className="faint"> · {duration(drainSeconds * 1_000)}</span> : null}
      </span>
    ),
  },
  {
    id: "quota",
    header: t.today.quota,
    align: "end",
    named: true,
    cell: ({ route, perSecond, inUse }) =>
      perSecond === null ? (
        <span className="soft">{t.today.unlimited}</span>
      ) : (
        <Gauge used={inUse} all={perSecond} label={t.running.quotaName(route, inUse, perSecond)}>
          {t.running.quotaUse(inUse, perSecond)}
        </Gauge>
      ),
  },
];

import { NativeSelect, SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { call } from "../../api/client.ts";
import { type Bar, Bars } from "../../parts/Bars.tsx";
import { Card } from "../../parts/Card.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { Empty, Failed, Loading } from "../../parts/State.tsx";
import { SubCode } from "../../parts/SubCode.tsx";
import { STATUSES, toneOf } from "../../parts/tones.ts";
import { usePreferences } from "../../preferences/preferences.tsx";
import { PageHead } from "../../shell/PageHead.tsx";
import { useText } from "../../text/text.tsx";
import { dayOnly, duration, hourOf, shortZone } from "../../time/format-time.ts";
import today from "../today/Today.module.css";
import { PRODUCTS } from "../verifications/filters.ts";
import styles from "./Insight.module.css";
import { LineChart } from "./LineChart.tsx";
import { Shares } from "./Shares.tsx";
import { addCounts, COMPARE, type Item, SPANS, type Span, seriesOf } from "./series.ts";

const route = getRouteApi("/insight");

const MEASURES: readonly {
  id: "passRate" | "time" | "arrival";
  of: (item: Item) => number | null | undefined;
  say: (value: number) => string;
  top?: number;
}[] = [
  { id: "passRate", of: ({ passRate }) => passRate, say: (value) => `${Math.round(value * 100)}%`, top: 1 },
  { id: "time", of: ({ secondsToOutcome }) => secondsToOutcome?.p50, say: (value) => duration(value * 1_000) },
  { id: "arrival", of: ({ arrival }) => arrival.ratio, say: (value) => `${Math.round(value * 100)}%`, top: 1 },
];

/** How sessions end, over time, and how routes, products or scenes compare. */
export default function Insight() {
  const t = useText();
  const place = usePreferences();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const span = (Object.keys(SPANS) as Span[]).find((one) => one === search.span) ?? "30d";
  const compare = COMPARE.find((one) => one === search.compare) ?? null;
  const product = PRODUCTS.find((one) => one === search.product) ?? null;
  const { by, hours } = SPANS[span];
  const stats = useQuery({
    queryKey: ["stats", span, compare, product],
    queryFn: ({ signal }) => {
      const to = new Date();
      const from = new Date(to.getTime() - hours * 3_600_000);
      const query = { by, from: from.toISOString(), to: to.toISOString() };
      const grouped = compare ? { groupBy: [compare].join(",") } : {};
      return call("GET /v1/stats", { query: { ...query, ...grouped, ...(product && { product }) } }, { signal });
    },
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const set = (changes: { [Name in "span" | "compare" | "product"]?: string | undefined }) =>
    navigate({ search: (held) => ({ ...held, ...changes }), replace: true });

  const lines = useMemo(() => {
    const products: Readonly<Record<string, string>> = t.products;
    const nameOf = (group: string) => (compare === "product" ? products[group] : group) || t.insight.noScene;
    return MEASURES.map((measure) => ({
      ...measure,
      ...seriesOf(stats.data?.items ?? [], compare, measure.of, nameOf),
    }));
  }, [stats.data, compare, t]);

  const bars = useMemo((): Bar[] => {
    const groups = Map.groupBy(stats.data?.items ?? [], ({ at }) => at);
    const step = by === "hour" ? 3_600_000 : 86_400_000;
    const first = Date.parse(stats.data?.from ?? "");
    const moments = Math.round((Date.parse(stats.data?.to ?? "") - first) / step) || 0;
    const all = Array.from({ length: moments }, (_, index) => new Date(first + index * step).toISOString());
    return all.map((at) => {
      const items = groups.get(at) ?? [];
      const counts = STATUSES.flatMap((status) => {
        const count = items.reduce((sum, { byStatus }) => sum + (byStatus[status] ?? 0), 0);
        return count > 0 ? [{ status, count }] : [];
      });
      const moment = new Date(at);
      const label = by === "hour" && span === "24h" ? hourOf(moment, place) : dayOnly(moment, place);
      const words = counts.map(({ status, count }) => `${t.status[status]} ${count}`);
      return {
        at,
        label,
        counts,
        title: [by === "hour" ? `${dayOnly(moment, place)} ${hourOf(moment, place)}` : label, ...words].join("\n"),
      };
    });
  }, [stats.data, by, span, place, t]);

  const zone = shortZone(new Date(), place);
  const totals = stats.data?.totals ?? [];
  const stretch = useMemo(
    () => [stats.data?.from ?? 0, stats.data?.to ?? 0].map((at) => new Date(at).getTime() / 1_000) as [number, number],
    [stats.data],
  );
  const total = totals.reduce((sum, { verifications }) => sum + verifications, 0);
  const seen = STATUSES.filter((status) => totals.some(({ byStatus }) => byStatus[status]));

  return (
    <>
      <PageHead title={t.nav.insight} hint={t.insight.hint} />
      <div className={styles.bar}>
        <SegmentedControl
          aria-label={t.insight.span}
          value={span}
          onChange={(next) => set({ span: next })}
          data={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: t.insight.spans[value] }))}
        />
        <NativeSelect
          aria-label={t.fields.product}
          data={[
            { value: "", label: t.insight.allProducts },
            ...PRODUCTS.map((value) => ({ value, label: t.products[value] })),
          ]}
          value={product ?? ""}
          onChange={(event) => set({ product: event.currentTarget.value || undefined })}
        />
        <NativeSelect
          aria-label={t.insight.compare}
          data={[
            { value: "", label: t.insight.compare },
            ...COMPARE.map((value) => ({ value, label: t.insight.compareBy[value] })),
          ]}
          value={compare ?? ""}
          onChange={(event) => set({ compare: event.currentTarget.value || undefined })}
        />
        {stats.data?.staleSince ? <span className="faint small">{t.insight.stale}</span> : null}
      </div>
      {stats.isPending ? (
        <Card>
          <Loading rows={8} />
        </Card>
      ) : !stats.data ? (
        <Card>
          <Failed error={stats.error} retry={() => stats.refetch()} />
        </Card>
      ) : total === 0 ? (
        <Card>
          <Empty icon="insight" title={t.insight.nothing}>
            {t.insight.nothingHint}
          </Empty>
        </Card>
      ) : (
        <div className={styles.page}>
          <div className={styles.wide}>
            <Card
              title={t.insight.outcomes}
              side={<span className="faint small">{`${t.insight.sessions(total)} · ${zone}`}</span>}
            >
              <Bars bars={bars} label={t.insight.sessions(total)} />
              <div className={today.legend}>
                {seen.map((status) => (
                  <Mark key={status} tone={toneOf(status)}>
                    {t.status[status]}
                  </Mark>
                ))}
              </div>
            </Card>
          </div>
          {lines.map(({ id, times, series, say, top }) => (
            <Card key={id} title={t.insight.charts[id]} side={<span className="faint small">{zone}</span>}>
              <LineChart
                label={t.insight.charts[id]}
                stretch={stretch}
                times={times}
                series={series}
                say={say}
                {...(top && { top })}
              />
            </Card>
          ))}
          <Card title={t.insight.subCodes}>
            <Shares
              counts={addCounts(totals.map(({ subCodes }) => subCodes))}
              name={(code) => <SubCode product={product ?? "FACE_VERIFY"} code={code} words />}
            />
          </Card>
          <Card title={t.insight.pages} side={<span className="faint small">{t.insight.pagesHint}</span>}>
            <Shares
              counts={addCounts(totals.map(({ dropOff }) => dropOff.pages))}
              name={(page) => t.insight.pageNames[page] ?? page}
            />
          </Card>
          <Card title={t.insight.progress}>
            <Shares
              counts={addCounts(totals.map(({ dropOff }) => dropOff.progress))}
              name={(progress) => {
                const words: Readonly<Record<string, string>> = t.insight.progresses;
                return words[progress] ?? progress;
              }}
            />
          </Card>
        </div>
      )}
    </>
  );
}

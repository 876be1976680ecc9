import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { usePreferences } from "../../preferences/preferences.tsx";
import { dayOnly, hourOf } from "../../time/format-time.ts";
import styles from "./Insight.module.css";
import type { Series } from "./series.ts";

const HEIGHT = 200;
const DAY = 86_400;
const COLOURS = ["--accent", "--odd-mark", "--good-mark", "--wait-mark", "--bad-mark", "--still-mark"];

type LineChartProps = {
  label: string;
  times: readonly number[];
  series: readonly Series[];
  say: (value: number) => string;
  top?: number;
  /** The whole stretch of time that was asked for, in seconds. */
  stretch: readonly [number, number];
};

/** Lines over time, drawn on a canvas; a table of the same for whoever cannot see it. */
export function LineChart({ label, times, series, say, top, stretch: [from, to] }: LineChartProps) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const scheme = useComputedColorScheme("light");
  const place = usePreferences();
  const canvas = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!canvas.current || width === 0) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name);
    const axis = {
      stroke: colour("--ink-faint"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
    };
    const nameOf = (at: number, step: number) => {
      const moment = new Date(at * 1_000);
      return step >= DAY ? dayOnly(moment, place) : hourOf(moment, place);
    };
    const font = "11px Inter, system-ui, sans-serif";
    const chart = new UPlot(
      {
        width,
        height: HEIGHT,
        padding: [10, 12, 0, 0],
        tzDate: (at) => UPlot.tzDate(new Date(at * 1_000), place.zone),
        legend: { show: false },
        cursor: { points: { size: 7 }, y: false },
        scales: {
          x: { range: () => [from, to] },
          y: { range: (_, __, most) => [0, top ?? (most > 0 ? most * 1.12 : 1)] },
        },
        axes: [
          {
            ...axis,
            font,
            grid: { show: false },
            space: 64,
            size: 30,
            values: (_, moments, __, ___, step) => moments.map((at) => nameOf(at, step)),
          },
          { ...axis, font, size: 54, values: (_, values) => values.map(say) },
        ],
        series: [
          {},
          ...series.map(({ name }, index) => ({
            label: name,
            stroke: colour(COLOURS[index % COLOURS.length] ?? "--accent"),
            width: 2,
            points: { show: times.length < 40, size: 6 },
          })),
        ],
      },
      [[...times], ...series.map(({ values }) => [...values])] as UPlot.AlignedData,
      canvas.current,
    );
    return () => chart.destroy();
  }, [width, times, series, scheme, place.zone, place.language, say, top, from, to]);

  return (
    <div ref={ref}>
      <div ref={canvas} className={styles.chart} role="img" aria-label={label} />
      {series.length > 0 ? (
        <div className={styles.names}>
          {series.map(({ name, values }, index) => {
            const last = values.findLast((value) => value !== null);
            return (
              <span key={name}>
                <i style={{ background: `var(${COLOURS[index % COLOURS.length]})` }} />
                {name} {last === undefined || last === null ? "" : `· ${say(last)}`}
              </span>
            );
          })}
        </div>
      ) : null}
    </div>
  );
}

import { useElementSize } from "@mantine/hooks";
import styles from "./Bars.module.css";
import { type Status, toneOf } from "./tones.ts";

export type Bar = { at: string; label: string; title: string; counts: readonly { status: Status; count: number }[] };

const HEIGHT = 168;
const FOOT = 22;
const HEAD = 8;
/** For the numbers of the axis. */
const GUTTER = 38;

/** How many, by hour or day, each bar made of what became of them. */
export function Bars({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const most = Math.max(1, ...bars.map(totalOf));
  const step = bars.length > 0 ? Math.max(0, width - GUTTER) / bars.length : 0;
  const thick = Math.max(2, Math.min(34, step * 0.68));
  const scale = (HEIGHT - FOOT - HEAD) / niceTop(most);
  const every = Math.max(1, Math.ceil(52 / Math.max(step, 1)));

  return (
    <div ref={ref}>
      <svg width={width} height={HEIGHT} role="img" aria-label={label} className={styles.svg}>
        {[0.5, 1].map((share) => (
          <g key={share}>
            <line
              className={styles.line}
              x1={GUTTER}
              x2={width}
              y1={HEIGHT - FOOT - niceTop(most) * share * scale}
              y2={HEIGHT - FOOT - niceTop(most) * share * scale}
            />
            <text
              className={styles.text}
              x={GUTTER - 8}
              y={HEIGHT - FOOT - niceTop(most) * share * scale + 4}
              textAnchor="end"
            >
              {(niceTop(most) * share).toLocaleString("en")}
            </text>
          </g>
        ))}
        <line className={styles.base} x1={GUTTER} x2={width} y1={HEIGHT - FOOT} y2={HEIGHT - FOOT} />
        {bars.map((bar, index) => {
          let y = HEIGHT - FOOT;
          const left = GUTTER + index * step;
          const x = left + (step - thick) / 2;
          return (
            <g key={bar.at}>
              <title>{bar.title}</title>
              <rect x={left} y={0} width={step} height={HEIGHT - FOOT} className={styles.hit} />
              {bar.counts.map(({ status, count }) => {
                const height = count * scale;
                y -= height;
                return (
                  <rect
                    key={status}
                    x={x}
                    y={y}
                    width={thick}
                    height={Math.max(0, height - (height > 3 ? 1 : 0))}
                    rx={Math.min(2, height / 2)}
                    fill={`var(--${toneOf(status)}-mark)`}
                  />
                );
              })}
              {index % every === 0 && left + step / 2 < width - 16 ? (
                <text className={styles.text} x={left + step / 2} y={HEIGHT - 6} textAnchor="middle">
                  {bar.label}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

const totalOf = ({ counts }: Bar): number => counts.reduce((sum, { count }) => sum + count, 0);

/** The next round number whose half is one too. */
export function niceTop(most: number): number {
  const size = 10 ** Math.floor(Math.log10(most));
  const factors = size >= 10 ? [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10] : [2, 4, 6, 8, 10];
  return factors.map((factor) => factor * size).find((top) => top >= most) ?? most;
}

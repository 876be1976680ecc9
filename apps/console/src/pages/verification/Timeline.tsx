import { useElementSize } from "@mantine/hooks";
import { useMemo } from "react";
import { toneOf, type Verification } from "../../parts/tones.ts";
import { useText } from "../../text/text.tsx";
import { useNow } from "../../time/clock.ts";
import { duration } from "../../time/format-time.ts";
import { type Entry, keyOf } from "./evidence.ts";
import { Glyph, glyphOf } from "./glyphs.tsx";
import { type Lane, type Layout, layoutTimeline } from "./layout-timeline.ts";
import { sayEntry } from "./say-entry.ts";
import styles from "./Timeline.module.css";

const BAND = { top: 26, height: 26 };
const LANE_Y: Record<Lane, number> = { callbacks: 92, questions: 134, trouble: 176, people: 218 };
const FOOT = 28;
const NARROW = 560;

type TimelineProps = {
  verification: Verification;
  entries: readonly Entry[];
  live: boolean;
  onPick: (key: string) => void;
};

/** All evidence over time: what came in, what was asked, what it moved, and whom it woke. */
export function Timeline({ verification, entries, live, onPick }: TimelineProps) {
  const t = useText();
  const { ref, width: room } = useElementSize<HTMLDivElement>();
  const second = useNow();
  const now = live ? second : null;
  const gutter = room < NARROW ? 0 : 104;
  const layout = useMemo(
    () => (room > 0 ? layoutTimeline(verification, entries, { width: room - gutter, now }) : null),
    [verification, entries, room, gutter, now],
  );

  return (
    <div>
      <div ref={ref} className={styles.scroll} tabIndex={layout && layout.width + gutter > room ? 0 : undefined}>
        {layout ? (
          <svg
            className={styles.svg}
            width={layout.width + gutter}
            height={heightOf(layout)}
            role="img"
            aria-label={t.timeline.summary(entries.length, duration(layout.ticks.at(-1)?.afterMs ?? 0))}
          >
            <Ground layout={layout} gutter={gutter} />
            <g transform={`translate(${gutter} 0)`}>
              <Band layout={layout} />
              {layout.links.map(({ lane, x, to }) => (
                <path key={`${lane} ${x} ${to}`} className={styles.link} d={linkPath(x, LANE_Y[lane], to)} />
              ))}
              {layout.marks.map(({ lane, x, entries: held }) => {
                const first = held[0];
                if (!first) return null;
                const copies = held.reduce((sum, entry) => sum + (entry.type === "receipt" ? entry.copies : 1), 0);
                return (
                  // biome-ignore lint/a11y/noStaticElementInteractions: a short cut for the mouse; the record below has links
                  <g
                    key={`${lane} ${x}`}
                    className={styles.mark}
                    transform={`translate(${x} ${LANE_Y[lane]})`}
                    onClick={() => onPick(keyOf(first))}
                  >
                    <title>{held.map((entry) => sayEntry(entry, t)).join("\n")}</title>
                    <Glyph {...glyphOf(worst(held))} />
                    {copies > 1 ? (
                      <text className={styles.count} x={11} y={4}>
                        ×{copies}
                      </text>
                    ) : null}
                  </g>
                );
              })}
            </g>
          </svg>
        ) : (
          <div style={{ height: LANE_Y.trouble + FOOT }} />
        )}
      </div>
      <Legend />
    </div>
  );
}

const heightOf = ({ lanes }: Layout): number => LANE_Y[lanes.at(-1) ?? "trouble"] + FOOT;

/** Of several at one place, the one that says most. */
const worst = (held: readonly Entry[]): Entry =>
  held.find((entry) => entry.type === "alert" && entry.severity === "critical") ?? (held.at(-1) as Entry);

function linkPath(x: number, y: number, to: number): string {
  const bottom = BAND.top + BAND.height;
  const turn = (bottom + y) / 2;
  return `M${x} ${y}C${x} ${turn} ${to} ${turn} ${to} ${bottom}`;
}

function Ground({ layout, gutter }: { layout: Layout; gutter: number }) {
  const t = useText();
  const end = layout.width + gutter;
  return (
    <>
      {layout.lanes.map((lane) => (
        <g key={lane}>
          <line className={styles.lane} x1={gutter} x2={end} y1={LANE_Y[lane]} y2={LANE_Y[lane]} />
          <text className={styles.laneName} x={0} y={LANE_Y[lane] + (gutter > 0 ? 4 : -14)}>
            {t.timeline.lanes[lane]}
          </text>
        </g>
      ))}
      {gutter > 0 ? (
        <text className={styles.laneName} x={0} y={BAND.top + 17}>
          {t.fields.status}
        </text>
      ) : null}
      <g transform={`translate(${gutter} 0)`}>
        {layout.ticks.map(({ x, afterMs }, index) => (
          <g key={x}>
            <line className={styles.grid} x1={x} x2={x} y1={BAND.top + BAND.height} y2={heightOf(layout)} />
            <text
              className={styles.tick}
              x={x}
              y={16}
              textAnchor={index === 0 ? "start" : x > layout.width - 30 ? "end" : "middle"}
            >
              {index === 0 ? "0" : `+${duration(afterMs)}`}
            </text>
          </g>
        ))}
        {layout.expiresX === null ? null : (
          <g>
            <line
              className={styles.expiry}
              x1={layout.expiresX}
              x2={layout.expiresX}
              y1={BAND.top}
              y2={heightOf(layout)}
            />
            <text
              className={styles.expiryName}
              x={layout.expiresX + (layout.expiresX > layout.width - 90 ? -5 : 5)}
              y={heightOf(layout) - 2}
              textAnchor={layout.expiresX > layout.width - 90 ? "end" : "start"}
            >
              {t.timeline.lapses}
            </text>
          </g>
        )}
      </g>
    </>
  );
}

function Band({ layout }: { layout: Layout }) {
  const t = useText();
  return (
    <>
      {layout.segments.map(({ status, from, to, lasts }, index) => (
        <g key={from} opacity={lasts ? 0.92 : 1}>
          <rect
            x={from + (index > 0 ? 1 : 0)}
            y={BAND.top}
            width={Math.max(2, to - from - 1)}
            height={BAND.height}
            rx={6}
            fill={`var(--${toneOf(status)}-soft)`}
          />
          <rect
            x={from + (index > 0 ? 1 : 0)}
            y={BAND.top}
            width={3}
            height={BAND.height}
            rx={1.5}
            fill={`var(--${toneOf(status)}-mark)`}
          />
          {to - from > widthOf(t.status[status]) ? (
            <text className={styles.segmentName} x={from + 12} y={BAND.top + 17} fill={`var(--${toneOf(status)})`}>
              {t.status[status]}
            </text>
          ) : (
            <title>{t.status[status]}</title>
          )}
        </g>
      ))}
      {layout.nowX === null ? null : (
        <circle className={styles.now} cx={layout.nowX} cy={BAND.top + BAND.height / 2} r={5} />
      )}
    </>
  );
}

/** About how much room a name takes; wider where each character is as wide as high. */
const widthOf = (name: string): number => 22 + name.length * (/[^ -ÿ]/.test(name) ? 13 : 7.2);

const LEGEND = [
  { name: "claim", shape: "ring", tone: "still" },
  { name: "answer", shape: "diamond", tone: "still" },
  { name: "pending", shape: "hollow_diamond", tone: "still" },
  { name: "noAnswer", shape: "bar", tone: "wait" },
  { name: "discrepancy", shape: "triangle", tone: "odd" },
  { name: "alert", shape: "bell", tone: "bad" },
  { name: "person", shape: "person", tone: "open" },
] as const;

function Legend() {
  const t = useText();
  return (
    <div className={styles.legend}>
      {LEGEND.map(({ name, shape, tone }) => (
        <span key={name}>
          <svg width={18} height={18} viewBox="-10 -10 20 20" aria-hidden="true">
            <Glyph shape={shape} tone={tone} />
          </svg>
          {t.timeline.legend[name]}
        </span>
      ))}
    </div>
  );
}

import type { OutputOf } from "@verdict/client";
import { type Bar, Bars } from "../../parts/Bars.tsx";
import { Mark } from "../../parts/Mark.tsx";
import { STATUSES, toneOf } from "../../parts/tones.ts";
import { usePreferences } from "../../preferences/preferences.tsx";
import { useText } from "../../text/text.tsx";
import { hourOf } from "../../time/format-time.ts";
import styles from "./Today.module.css";

const HOUR_MS = 3_600_000;

/** The sessions that began in each hour of the last day, by what has become of them so far. */
export function DayBars({ day }: { day: OutputOf<"GET /v1/stats"> }) {
  const t = useText();
  const place = usePreferences();
  const byHour = new Map(day.items.map((item) => [Date.parse(item.at), item]));
  const first = Date.parse(day.from);
  const hours = Math.round((Date.parse(day.to) - first) / HOUR_MS);
  const bars = Array.from({ length: hours }, (_, index): Bar => {
    const at = first + index * HOUR_MS;
    const counted = byHour.get(at)?.byStatus ?? {};
    const counts = STATUSES.flatMap((status) => (counted[status] ? [{ status, count: counted[status] }] : []));
    const label = hourOf(new Date(at), place);
    const words = counts.map(({ status, count }) => `${t.status[status]} ${count}`);
    return { at: String(at), label, title: [label, ...words].join("\n"), counts };
  });
  const seen = STATUSES.filter((status) => bars.some(({ counts }) => counts.some((one) => one.status === status)));
  const total = day.totals[0]?.verifications ?? 0;

  return (
    <>
      <Bars bars={bars} label={t.today.barsLabel(total)} />
      <div className={styles.legend}>
        {seen.map((status) => (
          <Mark key={status} tone={toneOf(status)}>
            {t.status[status]}
          </Mark>
        ))}
      </div>
    </>
  );
}

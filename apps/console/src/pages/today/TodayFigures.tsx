import type { OutputOf } from "@verdict/client";
import { Figure, Figures } from "../../parts/Figure.tsx";
import { usePreferences } from "../../preferences/preferences.tsx";
import { useText } from "../../text/text.tsx";
import { useNow } from "../../time/clock.ts";
import { duration } from "../../time/format-time.ts";

type TodayFiguresProps = { now: OutputOf<"GET /v1/now">; day: OutputOf<"GET /v1/stats"> };

const OLD_MS = 35 * 60_000;

/** The numbers somebody looks at first in the morning. */
export function TodayFigures({ now, day }: TodayFiguresProps) {
  const t = useText();
  const at = useNow();
  const { language } = usePreferences();
  const number = (value: number) => value.toLocaleString(language);
  const total = day.totals[0];
  const open = Object.values(now.open).reduce((sum, count) => sum + count, 0);
  const oldest = now.oldestOpenAt ? at.getTime() - Date.parse(now.oldestOpenAt) : null;
  const codes: Readonly<Record<string, number>> = total?.subCodes ?? {};
  const decided = (total?.byStatus.passed ?? 0) + (total?.byStatus.failed ?? 0);
  const times = total?.secondsToOutcome;
  const arrival = total?.arrival;
  const due = now.lines.reduce((sum, line) => sum + line.due, 0);
  const drain = Math.max(0, ...now.lines.map((line) => line.drainSeconds));

  return (
    <Figures>
      <Figure
        name={t.today.open}
        value={number(open)}
        note={oldest === null ? t.today.noneOpen : t.today.oldest(duration(Math.max(0, oldest)))}
        tone={oldest !== null && oldest > OLD_MS ? "wait" : undefined}
        link={{ to: "/verifications", search: { status: "initializing,awaiting,claimed" } }}
      />
      <Figure
        name={t.today.passRate}
        {...percent(total?.passRate)}
        note={t.today.ofDecided(number(decided))}
        link={{ to: "/insight" }}
      />
      <Figure
        name={t.today.callbacks}
        value={number(now.callbacksLastMinute)}
        unit={t.today.perMinute}
        note={arrival && arrival.ratio !== null ? t.today.arrival(Math.round(arrival.ratio * 100)) : null}
      />
      <Figure
        name={t.today.toOutcome}
        value={times ? duration(times.p50 * 1_000) : "–"}
        note={times ? t.today.slowest(duration(times.p99 * 1_000)) : null}
      />
      <Figure
        name={t.today.attacks}
        value={number(codes["205"] ?? 0)}
        note={t.subCodes["205"]}
        tone={codes["205"] ? "bad" : undefined}
        link={{ to: "/verifications", search: { subCode: "205", span: "24h" } }}
      />
      <Figure
        name={t.today.devices}
        value={number(codes["206"] ?? 0)}
        note={t.subCodes["206"]}
        tone={codes["206"] ? "wait" : undefined}
        link={{ to: "/verifications", search: { subCode: "206", span: "24h" } }}
      />
      <Figure
        name={t.today.due}
        value={number(due)}
        note={drain > 0 ? t.today.drains(duration(drain * 1_000)) : t.today.noLimit}
        tone={drain > 60 ? "wait" : undefined}
      />
      <Figure
        name={t.today.waiting}
        value={now.waitingReceipts === null ? "–" : number(now.waitingReceipts)}
        note={t.today.waitingNote}
      />
    </Figures>
  );
}

const percent = (share: number | null | undefined): { value: string; unit?: string } =>
  share === null || share === undefined ? { value: "–" } : { value: (share * 100).toFixed(1), unit: "%" };

import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client.ts";
import { LiveBanner } from "../../live/LiveBanner.tsx";
import { useLive } from "../../live/live.tsx";
import { Card } from "../../parts/Card.tsx";
import { Failed, Loading } from "../../parts/State.tsx";
import { usePreferences } from "../../preferences/preferences.tsx";
import { PageHead } from "../../shell/PageHead.tsx";
import { useText } from "../../text/text.tsx";
import { shortZone } from "../../time/format-time.ts";
import { DayBars } from "./DayBars.tsx";
import { Lines } from "./Lines.tsx";
import { NeedsYou } from "./NeedsYou.tsx";
import styles from "./Today.module.css";
import { TodayFigures } from "./TodayFigures.tsx";

const LOOK_MS = 5_000;

/** What is going on, and what needs somebody. */
export default function Today() {
  const t = useText();
  const place = usePreferences();
  const { goneSince } = useLive();
  const now = useQuery({
    queryKey: ["now"],
    queryFn: ({ signal }) => call("GET /v1/now", {}, { signal }),
    refetchInterval: LOOK_MS,
    refetchIntervalInBackground: true,
    retry: false,
  });
  const day = useQuery({
    queryKey: ["stats", "hour"],
    queryFn: ({ signal }) => call("GET /v1/stats", { query: { by: "hour" } }, { signal }),
    refetchInterval: LOOK_MS * 2,
  });

  return (
    <>
      <PageHead title={t.nav.today} hint={t.today.hint}>
        {goneSince === null && !now.isError ? <span className={styles.live}>{t.live.live}</span> : null}
      </PageHead>
      <LiveBanner now={now.data} updatedAt={now.dataUpdatedAt} failing={now.isError} />
      {now.data && day.data ? (
        <div className={styles.page}>
          <TodayFigures now={now.data} day={day.data} />
          <div className={styles.two}>
            <div className={styles.page}>
              <Card title={t.today.outcomes} side={<span className="faint small">{shortZone(new Date(), place)}</span>}>
                <DayBars day={day.data} />
              </Card>
              <Lines lines={now.data.lines} />
            </div>
            <NeedsYou />
          </div>
        </div>
      ) : now.isError || day.isError ? (
        <Card>
          <Failed error={now.error ?? day.error} retry={() => Promise.all([now.refetch(), day.refetch()])} />
        </Card>
      ) : (
        <Card>
          <Loading rows={8} />
        </Card>
      )}
    </>
  );
}

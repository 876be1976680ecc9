import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client.ts";
import { Card } from "../../parts/Card.tsx";
import { Figure, Figures } from "../../parts/Figure.tsx";
import { Failed, Loading } from "../../parts/State.tsx";
import { usePreferences } from "../../preferences/preferences.tsx";
import { useMay } from "../../session/me.ts";
import { useText } from "../../text/text.tsx";
import { useNow } from "../../time/clock.ts";
import { duration, relativeTime } from "../../time/format-time.ts";

/** Where the API shows the queue's own board. */
const BOARD = "/queue-board";

/** What waits for the workers, and the way to the queue's own board. */
export function Queue() {
  const t = useText();
  const at = useNow();
  const { language } = usePreferences();
  const mayRedrive = useMay()("work.redrive");
  const now = useQuery({
    queryKey: ["now"],
    queryFn: ({ signal }) => call("GET /v1/now", {}, { signal }),
    refetchInterval: 5_000,
  });
  const givenUp = useQuery({
    queryKey: ["redrive", {}],
    queryFn: () => call("POST /v1/work/redrive", { body: { filter: {}, dryRun: true, reason: "preview" } }),
    refetchInterval: 30_000,
    enabled: mayRedrive,
  });
  if (now.isPending) return <Loading />;
  if (!now.data) return <Failed error={now.error} retry={() => now.refetch()} />;
  const { waitingReceipts, lines, workerSeenAt } = now.data;
  const due = lines.reduce((sum, line) => sum + line.due, 0);
  const drain = Math.max(0, ...lines.map(({ drainSeconds }) => drainSeconds));
  return (
    <div style={{ display: "grid", gap: 16 }}>
      <Figures>
        <Figure name={t.running.undecided} value={waitingReceipts ?? "–"} note={t.today.waitingNote} />
        <Figure
          name={t.running.due}
          value={due}
          note={drain > 0 ? t.today.drains(duration(drain * 1_000)) : t.today.noLimit}
        />
        <Figure
          name={t.running.worker}
          value={workerSeenAt ? relativeTime(new Date(workerSeenAt), at, language) : t.running.never}
          note={workerSeenAt ? t.running.workerFine : t.running.workerNever}
          tone={workerSeenAt ? undefined : "bad"}
        />
        <Figure
          name={t.running.givenUp}
          value={givenUp.data?.matched ?? "–"}
          note={t.running.toWork}
          tone={givenUp.data?.matched ? "wait" : undefined}
          link={{ to: "/work", search: { tab: "given-up" } }}
        />
      </Figures>
      <Card>
        <div style={{ display: "flex", flexWrap: "wrap", gap: 16, alignItems: "center" }}>
          <p className="soft" style={{ flex: "1 1 260px" }}>
            {t.running.boardHint}
          </p>
          <Button component="a" href={BOARD} target="_blank" rel="noopener">
            {t.running.board}
          </Button>
        </div>
      </Card>
    </div>
  );
}

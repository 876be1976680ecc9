import type { OutputOf } from "@verdict/client";
import { Icon } from "../parts/Icon.tsx";
import shell from "../shell/Shell.module.css";
import { useText } from "../text/text.tsx";
import { useNow } from "../time/clock.ts";
import { duration } from "../time/format-time.ts";
import { useLive } from "./live.tsx";
import { staleness } from "./staleness.ts";

type LiveBannerProps = { now: OutputOf<"GET /v1/now"> | undefined; updatedAt: number; failing: boolean };

/** Says plainly when what is on the screen is not of now: since when, and who is missing. Says nothing when all is well. */
export function LiveBanner({ now, updatedAt, failing }: LiveBannerProps) {
  const t = useText();
  const at = useNow();
  const { goneSince } = useLive();
  const stale = staleness({ at, updatedAt, failing, streamGoneSince: goneSince, now });
  if (!stale) return null;
  const words = { api: t.live.stale, stream: t.live.streamGone, worker: t.live.workerGone }[stale.who];
  return (
    <div className={shell.banner} role="status">
      <Icon name="warn" />
      {words(stale.ageMs === null ? t.live.ever : duration(Math.floor(stale.ageMs / 1_000) * 1_000))}
    </div>
  );
}

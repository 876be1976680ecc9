import { type Db, type EventRoom, readEventRoom } from "@verdict/db";
import { sayDuration } from "./check-work.ts";
import { type Finding, findingsAbout } from "./finding.ts";

const WEEK_MS = 7 * 86_400_000;

/** Have events their partition for the weeks to come? */
export const checkEvents = async (db: Db, now: Date): Promise<Finding> => judgeEvents(await readEventRoom(db), now);

export function judgeEvents({ until, unplaced }: EventRoom, now: Date): Finding {
  const { ok, warn } = findingsAbout("events");
  const ahead = until ? until.getTime() - now.getTime() : 0;
  if (ahead < WEEK_MS) {
    const says = ahead > 0 ? `their partitions end in ${sayDuration(ahead)}` : "there is no partition for this week";
    return warn(
      says,
      "is a worker running? Its log says why it makes none; npm run verdict -- migrate makes them, too",
    );
  }
  if (unplaced > 0) {
    return warn(`${unplaced} stand in no week's partition`, "they are kept and read like all others; see the runbook");
  }
  return ok(`there are partitions for ${sayDuration(ahead)}`);
}

import { type Finding, findingsAbout } from "./finding.ts";

/** Two clocks looked at together. `doubtMs`: how far off the look itself may be. */
export type ClockReading = { of: string; offMs: number; doubtMs: number };

const WARN_MS = 5_000;
const FAIL_MS = 300_000;

const { ok, warn, fail } = findingsAbout("clock");

/** Signatures are refused at fifteen minutes; a clock that is five off is on its way there. */
export function judgeClock({ of, offMs, doubtMs }: ClockReading): Finding {
  const off = Math.max(0, Math.abs(offMs) - doubtMs);
  const says = `${(Math.abs(offMs) / 1000).toFixed(1)} s ${offMs < 0 ? "behind" : "ahead of"} ${of}`;
  if (off > FAIL_MS) {
    return fail(says, "set this machine's clock (chrony, ntpd): the provider refuses signatures of another time");
  }
  if (off > WARN_MS) return warn(says, "see to it that both machines keep their clocks by NTP");
  return ok(`agrees with ${of}`);
}

/** What a clock said that was asked between two moments of our own. `stepMs`: how coarse its answer is. */
export function readClock(of: string, said: Date, asked: { from: number; to: number }, stepMs = 0): ClockReading {
  const [ours, theirs] = [(asked.from + asked.to) / 2, said.getTime() + stepMs / 2];
  return { of, offMs: ours - theirs, doubtMs: (asked.to - asked.from + stepMs) / 2 };
}

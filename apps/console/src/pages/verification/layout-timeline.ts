import type { Status } from "../../parts/tones.ts";
import type { Entry } from "./evidence.ts";

export const LANES = ["callbacks", "questions", "trouble", "people"] as const;
export type Lane = (typeof LANES)[number];

const LANE_OF = {
  receipt: "callbacks",
  check: "questions",
  discrepancy: "trouble",
  alert: "trouble",
  action: "people",
} as const satisfies Partial<Record<Entry["type"], Lane>>;

type Evidence = Exclude<Entry, { type: "transition" }>;

/** Evidence of one moment in one lane. */
export type Mark = { lane: Lane; x: number; entries: Evidence[] };

export type Layout = {
  width: number;
  /** How long it was in which status, one after the other. */
  segments: { status: Status; from: number; to: number; lasts: boolean }[];
  marks: Mark[];
  /** Those that are drawn: what people do to a session is the exception. */
  lanes: readonly Lane[];
  /** What moved it: from the mark of the evidence to the place of the move. */
  links: { lane: Lane; x: number; to: number }[];
  ticks: { x: number; afterMs: number }[];
  expiresX: number | null;
  nowX: number | null;
};

type Session = { createdAt: string; expiresAt: string; status: Status };
type Options = { width: number /** Null once nothing more is to come. */; now: Date | null };

/** Moments closer than this are drawn as one. */
const SAME_MS = 40;
const LEAST_GAP = 30;
const TICK_ROOM = 58;
const EDGE = 14;
/** Behind the last move, so that the status it led to can be read. */
const TAIL = 76;

/**
 * Where everything stands. Time runs to the right, but not evenly: the gap between two moments grows with the logarithm of the time
 * between them, so that milliseconds stay apart and half an hour of waiting leaves room for the rest.
 */
export function layoutTimeline(session: Session, entries: readonly Entry[], { width: room, now }: Options): Layout {
  const start = Date.parse(session.createdAt);
  const end = Math.max(start, ...entries.map(({ at }) => Date.parse(at)), now?.getTime() ?? start);
  const expires = Date.parse(session.expiresAt);
  // A window that lapsed long after all was settled would only push the evidence together.
  const showsExpiry = expires <= end || now !== null || session.status === "expired";
  const moments = distinct([start, ...entries.map(({ at }) => Date.parse(at)), end, ...(showsExpiry ? [expires] : [])]);
  const place = scale(moments, room - TAIL);
  const x = (at: string | number) => place(typeof at === "string" ? Date.parse(at) : at);
  const width = x(moments.at(-1) ?? start) + TAIL;

  const moves = entries.filter((entry) => entry.type === "transition");
  const marks = gather(entries, x);
  const laneX = new Map(marks.flatMap(({ lane, x: at, entries: held }) => held.map(({ id }) => [id, { lane, x: at }])));
  const links = moves.flatMap(({ at, receiptId, checkId }) => {
    const from = laneX.get(receiptId ?? checkId ?? "");
    return from ? [{ ...from, to: x(at) }] : [];
  });

  return {
    width: Math.max(width, room),
    segments: segmentsOf(session, moves, x, now === null ? Math.max(width, room) : x(now.getTime()), now !== null),
    marks,
    lanes: LANES.filter((lane) => lane !== "people" || marks.some((mark) => mark.lane === lane)),
    links,
    ticks: ticksOf(moments, start, x),
    expiresX: showsExpiry ? x(expires) : null,
    nowX: now === null ? null : x(now.getTime()),
  };
}

/** Moments in order, those that can hardly be told apart as one. */
function distinct(times: readonly number[]): number[] {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.filter((time, index) => index === 0 || time - (sorted[index - 1] ?? 0) >= SAME_MS);
}

/** Stretches the gaps to the room there is; where there is too little, each keeps its least. */
function scale(moments: readonly number[], room: number): (at: number) => number {
  const weights = moments.map((at, index) =>
    index === 0 ? 0 : Math.log2(1.5 + (at - (moments[index - 1] ?? at)) / 1_000),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const free = Math.max(0, room - 2 * EDGE - LEAST_GAP * (moments.length - 1));
  let at = EDGE;
  const places = moments.map((moment, index) => {
    if (index > 0) at += LEAST_GAP + (total > 0 ? (free * (weights[index] ?? 0)) / total : 0);
    return { moment, x: at };
  });
  return (time) => {
    const after = places.findIndex(({ moment }) => moment > time);
    if (after === 0) return EDGE;
    const left = places[after < 0 ? places.length - 1 : after - 1];
    const right = after < 0 ? undefined : places[after];
    if (!left) return EDGE;
    if (!right || time - left.moment < SAME_MS) return left.x;
    return left.x + ((right.x - left.x) * (time - left.moment)) / (right.moment - left.moment);
  };
}

function gather(entries: readonly Entry[], x: (at: string) => number): Mark[] {
  const marks = new Map<string, Mark>();
  for (const entry of entries) {
    if (entry.type === "transition") continue;
    const lane = LANE_OF[entry.type];
    const at = x(entry.at);
    const key = `${lane} ${at}`;
    const mark = marks.get(key) ?? { lane, x: at, entries: [] };
    mark.entries.push(entry);
    marks.set(key, mark);
  }
  return [...marks.values()];
}

function segmentsOf(
  { createdAt, status }: Session,
  moves: readonly Extract<Entry, { type: "transition" }>[],
  x: (at: string) => number,
  end: number,
  lasts: boolean,
): Layout["segments"] {
  const first = moves[0];
  const began = { status: first?.from ?? status, from: x(createdAt) };
  const stretches = [began, ...moves.map(({ to, at }) => ({ status: to, from: x(at) }))];
  return stretches
    .map((stretch, index) => ({
      ...stretch,
      to: stretches[index + 1]?.from ?? Math.max(end, stretch.from + LEAST_GAP / 2),
      lasts: lasts && index === stretches.length - 1,
    }))
    .filter(({ from, to }) => to > from);
}

/** The first and the last moment, and as many between them as can be read. */
function ticksOf(moments: readonly number[], start: number, x: (at: number) => number): Layout["ticks"] {
  const all = moments.map((at) => ({ x: x(at), afterMs: at - start }));
  const last = all.at(-1);
  const shown: Layout["ticks"] = [];
  for (const tick of all) {
    const before = shown.at(-1);
    const fits = !before || tick.x - before.x >= TICK_ROOM;
    const leavesRoom = tick === last || !last || last.x - tick.x >= TICK_ROOM;
    if (fits && leavesRoom) shown.push(tick);
  }
  return shown;
}

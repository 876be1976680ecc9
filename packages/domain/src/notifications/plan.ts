import type { Severity } from "../alerts.ts";
import type { NotificationPolicy, Patience } from "./policy.ts";
import { type Silence, silenceOf } from "./silences.ts";

/** Alerts that are told together. */
export type AlertGroup = {
  rule: string;
  route: string;
  severity: Severity;
  /** All alerts since it opened, and how many of them the provider has confirmed. */
  count: number;
  confirmed: number;
  /** Alerts that nobody has acknowledged, and that are not over. */
  unacknowledged: number;
  openedAt: Date;
  lastAt: Date;
  /** When its last alert was resolved; null: it goes on. */
  closedAt: Date | null;
};

export const NOTIFICATION_KINDS = ["firing", "update", "repeat", "acknowledged", "resolved"] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** `pending` until it was sent or, after a day, is given up as `dead`. `silenced` and `inhibited` are on record, and not sent. */
export const NOTIFICATION_STATES = ["pending", "sent", "dead", "silenced", "inhibited"] as const;
export type NotificationState = (typeof NOTIFICATION_STATES)[number];

/** A notification that is on record. */
export type Told = {
  channelId: string;
  kind: NotificationKind;
  state: NotificationState;
  /** The group's counts as they were told. */
  count: number;
  confirmed: number;
  attempts: number;
  /** When it was sent or, before that, put on record. */
  at: Date;
  /** The silence, or the alert, that kept it from being sent. */
  heldBy: string | null;
};

export type PlannedChannel = {
  id: string;
  severities: readonly Severity[];
  /** Null: all. */
  routes: readonly string[] | null;
  /** 0: told at once; 1 and above: when the step below failed, or nobody acknowledged. */
  step: number;
};

/** What is to be put on record, and when to look again. Null: not before something happens. */
export type NotificationPlan = {
  send: { channelId: string; kind: NotificationKind }[];
  hold: { channelId: string; state: "silenced" | "inhibited"; heldBy: string }[];
  lookAgainAt: Date | null;
};

export type PlanInput = {
  group: AlertGroup;
  /** In the order they were put on record. */
  told: readonly Told[];
  channels: readonly PlannedChannel[];
  silences: readonly Silence[];
  /** The alert that makes all of the group unnecessary. */
  inhibitedBy: string | null;
  policy: NotificationPolicy;
  now: Date;
};

/** While another alert makes it unnecessary, a group is looked at so often. */
const INHIBITED_LOOK_MS = 10_000;

/** What to tell whom about a group now. One notification under way for each channel; a lost race plans the same again. */
export function planNotifications(input: PlanInput): NotificationPlan {
  const { group, told, channels, policy, now, inhibitedBy } = input;
  const tried = told.filter(({ state }) => state !== "silenced" && state !== "inhibited");
  const latest = new Map(tried.map((one) => [one.channelId, one]));
  if (group.closedAt) return planEnd(latest);

  const wanted = channels.filter(
    ({ severities, routes }) =>
      severities.includes(group.severity) && (routes === null || routes.includes(group.route)),
  );
  const patience = policy[group.severity];
  const ready = latest.size > 0 ? now : readyAt(group, patience);
  if (now < ready) return { send: [], hold: [], lookAgainAt: ready };

  const silence = silenceOf(group, input.silences, now);
  if (silence) return holdBack(wanted, told, "silenced", silence.id, silence.expiresAt);
  if (inhibitedBy) {
    return holdBack(wanted, told, "inhibited", inhibitedBy, new Date(now.getTime() + INHIBITED_LOOK_MS));
  }

  const steps = [...new Set(wanted.map(({ step }) => step))].sort((a, b) => a - b);
  const moves = wanted.map((channel): Move => {
    const last = latest.get(channel.id);
    if (last) return nextFor(channel.id, last, takenOn(channel.id, tried), group, patience, now);
    const from = reachedAt(steps.indexOf(channel.step), wanted, latest, channel.step, input);
    if (from && from <= now) return { send: { channelId: channel.id, kind: "firing" }, at: null };
    return { send: null, at: from };
  });
  const times = moves.flatMap(({ at }) => at ?? []);
  return { send: moves.flatMap(({ send }) => send ?? []), hold: [], lookAgainAt: earliest(times) };
}

type Move = { send: NotificationPlan["send"][number] | null; at: Date | null };

/** Whoever was told, or is being told, that it began also hears that it is over. */
function planEnd(latest: ReadonlyMap<string, Told>): NotificationPlan {
  const send = [...latest.values()].flatMap(({ channelId, kind, state }) =>
    kind !== "resolved" && state === "sent" ? [{ channelId, kind: "resolved" } as const] : [],
  );
  return { send, hold: [], lookAgainAt: null };
}

const later = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);

const readyAt = ({ openedAt, lastAt }: AlertGroup, { quiet, waitAtMost }: Patience): Date => {
  return new Date(Math.min(later(lastAt, quiet).getTime(), later(openedAt, waitAtMost).getTime()));
};

/** Put on record once for each channel and reason, not at every look. */
function holdBack(
  wanted: readonly PlannedChannel[],
  told: readonly Told[],
  state: "silenced" | "inhibited",
  heldBy: string,
  lookAgainAt: Date,
): NotificationPlan {
  const known = (channelId: string) =>
    told.some((one) => one.channelId === channelId && one.state === state && one.heldBy === heldBy);
  const hold = wanted.flatMap(({ id, step }) => (step > 0 || known(id) ? [] : [{ channelId: id, state, heldBy }]));
  return { send: [], hold, lookAgainAt };
}

/** Up to which count a channel has been told that somebody has taken note; 0: never. */
const takenOn = (channelId: string, tried: readonly Told[]): number =>
  Math.max(0, ...tried.map((one) => (one.channelId === channelId && one.kind === "acknowledged" ? one.count : 0)));

/** What a channel that has been told before is told next, or when. */
function nextFor(
  channelId: string,
  last: Told,
  takenOnCount: number,
  group: AlertGroup,
  patience: Patience,
  now: Date,
): Move {
  if (last.state === "pending") return { send: null, at: null };
  // Whoever was woken hears at once that somebody sees to it: once, and once more when more was taken note of.
  if (group.unacknowledged === 0 && last.state === "sent" && takenOnCount < group.count) {
    return { send: { channelId, kind: "acknowledged" }, at: null };
  }
  const news = group.count > last.count || group.confirmed > last.confirmed;
  if (!news && group.unacknowledged === 0) return { send: null, at: null };
  const at = later(last.at, news ? patience.interval : patience.repeat);
  return now < at ? { send: null, at } : { send: { channelId, kind: news ? "update" : "repeat" }, at: null };
}

/** When the turn of a step comes: the first at once, others with a failure below, or when nobody acknowledges. */
function reachedAt(
  place: number,
  wanted: readonly PlannedChannel[],
  latest: ReadonlyMap<string, Told>,
  step: number,
  { group, policy, now }: PlanInput,
): Date | null {
  if (place <= 0) return now;
  const fails = wanted.some((below) => {
    const last = below.step < step ? latest.get(below.id) : undefined;
    return last !== undefined && last.state !== "sent" && last.attempts >= policy.failures;
  });
  if (fails) return now;
  const { escalate } = policy[group.severity];
  if (escalate === null || group.unacknowledged === 0) return null;
  return later(group.openedAt, escalate * place);
}

const earliest = (times: readonly Date[]): Date | null =>
  times.reduce<Date | null>((first, at) => (first === null || at < first ? at : first), null);

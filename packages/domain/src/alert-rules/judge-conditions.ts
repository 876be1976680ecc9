import { burstsIn, type EndingCount } from "./bursts.ts";
import { type RouteArrivals, silencesIn } from "./callback-silence.ts";
import type { Condition, IsOpen } from "./condition.ts";
import { forgeriesIn, type RefusedCount } from "./forgery-wave.ts";
import type { AlertRuleSettings } from "./settings.ts";
import {
  deadLettersIn,
  type FailingEndpoint,
  type GivenUpCount,
  type ParkedBreaker,
  parkedIn,
  undeliverableIn,
} from "./standing.ts";
import { backlogsIn, type DueLine, saturationIn, type WaitingWork } from "./work-held-up.ts";

/** What can be seen at a moment. */
export type Facts = {
  endings: readonly EndingCount[];
  /** The running hour and the one before. */
  refusals: readonly (readonly RefusedCount[])[];
  arrivals: readonly RouteArrivals[];
  givenUp: readonly GivenUpCount[];
  lines: readonly DueLine[];
  waiting: readonly WaitingWork[];
  parked: readonly ParkedBreaker[];
  endpoints: readonly FailingEndpoint[];
};

export const NO_FACTS: Facts = {
  endings: [],
  refusals: [],
  arrivals: [],
  givenUp: [],
  lines: [],
  waiting: [],
  parked: [],
  endpoints: [],
};

/** Everything that goes on at that moment and somebody has to know. What was open and is not among it, is over. */
export const judgeConditions = (
  facts: Facts,
  now: Date,
  settings: AlertRuleSettings,
  isOpen: IsOpen = () => false,
): Condition[] => [
  ...burstsIn(facts.endings, settings, isOpen),
  ...forgeriesIn(facts.refusals, now, settings, isOpen),
  ...silencesIn(facts.arrivals, settings, isOpen),
  ...deadLettersIn(facts.givenUp, settings),
  ...saturationIn(facts.lines, settings, isOpen),
  ...backlogsIn(facts.lines, facts.waiting, now, settings, isOpen),
  ...parkedIn(facts.parked, settings),
  ...undeliverableIn(facts.endpoints, now, settings),
];

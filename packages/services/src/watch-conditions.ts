import {
  applyConditions,
  type Db,
  doneDuty,
  endCliffs,
  holdDuty,
  listOngoing,
  type RaisedAlert,
  readFacts,
} from "@verdict/db";
import { type AlertRuleSettings, CONDITION_RULES, type IsOpen, judgeConditions } from "@verdict/domain";

export type WatchDeps = {
  db: Db;
  now: () => Date;
  newId: () => string;
  /** Tells this process from the others that may watch. */
  holder: string;
  /** The routes that are configured. */
  routes: readonly string[];
  rules: AlertRuleSettings;
  /** Hears of each alert once, when it is on record. */
  onAlert: (alert: RaisedAlert) => void;
};

/** What one process at a time does: watching conditions. */
export const CONDITIONS_DUTY = "conditions";

/** Whoever watches goes on watching; when it dies, another one does after so long. */
const HELD_MS = 20_000;

/**
 * Looks at what goes on, opens alerts about it and resolves those whose condition is over. False: another process does that.
 * Doing it twice changes nothing.
 */
export async function watchConditions({ db, now, newId, holder, routes, rules, onAlert }: WatchDeps): Promise<boolean> {
  const seenAt = now();
  const until = new Date(seenAt.getTime() + HELD_MS);
  if (!(await holdDuty(db, { name: CONDITIONS_DUTY, holder, now: seenAt, until }))) return false;
  const ongoing = new Set((await listOngoing(db, CONDITION_RULES)).map(keyOf));
  const isOpen: IsOpen = (condition) => ongoing.has(keyOf(condition));
  const facts = await readFacts(db, { now: seenAt, routes, rules });
  const found = judgeConditions(facts, seenAt, rules, isOpen).map((condition) => ({ ...condition, id: newId() }));
  const { raised } = await applyConditions(db, found, seenAt);
  for (const alert of raised) onAlert(alert);
  await endCliffs(db, seenAt);
  await doneDuty(db, CONDITIONS_DUTY, seenAt);
  return true;
}

const keyOf = ({ rule, route, subject }: Parameters<IsOpen>[0]): string => JSON.stringify([rule, route, subject]);

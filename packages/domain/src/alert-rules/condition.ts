import type { AlertContent } from "../alerts.ts";
import type { ConditionRule } from "./rules.ts";

/** Something that goes on right now. One alert as long as it does, told apart by rule, route and subject. */
export type Condition = AlertContent & {
  rule: ConditionRule;
  route: string;
  /** What of the route: a scene, a product, the hash of a user. Null: the route as a whole. */
  subject: string | null;
};

/** Whether an alert about it is open already. */
export type IsOpen = (condition: Pick<Condition, "rule" | "route" | "subject">) => boolean;

/** Ends at half of what it took to begin, so that a value around the threshold does not open and end it again and again. */
export const reaches = (value: number, threshold: number, open: boolean): boolean =>
  value >= (open ? threshold / 2 : threshold);

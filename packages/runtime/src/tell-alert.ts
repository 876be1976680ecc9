import type { Logger } from "./logger.ts";

/** What the log needs of an alert. */
export type ToldAlert = {
  id: string;
  rule: string;
  severity: "critical" | "warning";
  route: string;
  verificationId: string | null;
};

/** Puts an alert into the log, for whoever watches that: what happened where, and nothing about a person. */
export const tellAlert =
  (log: Pick<Logger, "error" | "warn">) =>
  ({ id, rule, severity, route, verificationId }: ToldAlert): void => {
    const level = severity === "critical" ? "error" : "warn";
    log[level]({ alertId: id, rule, route, verificationId }, "alert raised");
  };

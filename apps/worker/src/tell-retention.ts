import type { Logger } from "@verdict/runtime";
import { type CarryOutDeps, failureReason, type RetentionDeps } from "@verdict/services";

/** Logs what the retention job has deleted, by class and in numbers. */
export const tellRetention = (
  log: Pick<Logger, "info" | "warn" | "error">,
): Pick<RetentionDeps, "onEnforced" | "onError"> => ({
  onEnforced: ({ class: of, keptDays, before, deleted, runId, waits }) =>
    waits
      ? log.warn({ class: of, keptDays, before, deleted, runId }, "some of what is too old waits for its seal")
      : log.info({ class: of, keptDays, before, deleted, runId }, "what was too old was deleted"),
  onError: (of, error) =>
    log.error({ class: of, err: error }, "what is too old could not be deleted; tried again in an hour"),
});

/** An erasure that broke is tried again; its error may quote the provider. */
export const tellErasure =
  (log: Pick<Logger, "error">): CarryOutDeps["onError"] =>
  (verificationId, error) =>
    log.error({ verificationId, reason: failureReason(error) }, "an erasure broke; it is tried again");

import type { CheckPolicy } from "@verdict/domain";

/** What is wrong with a request, and in which of its fields. */
export type Fault = { field: string; message: string };

/** The part of a registration that can be right in form and wrong all the same. */
export type RegistrationTerms = {
  initializedAt: Date;
  expiresAt?: Date | undefined;
  callbackToken?: string | undefined;
};

/** How far another system's clock may run ahead of ours. */
const SKEW_MS = 5 * 60_000;

/** Why a session cannot be registered now; none when it can. Never repeats the token. */
export function registrationFaults(
  { initializedAt, expiresAt, callbackToken }: RegistrationTerms,
  { now, policy, opaqueTokens }: { now: Date; policy: Pick<CheckPolicy, "retention">; opaqueTokens: boolean },
): Fault[] {
  const retentionMs = policy.retention * 1000;
  const days = policy.retention / 86_400;
  const faults: Fault[] = [];
  if (initializedAt.getTime() > now.getTime() + SKEW_MS) {
    faults.push({ field: "initializedAt", message: "in the future" });
  }
  if (initializedAt.getTime() < now.getTime() - retentionMs) {
    faults.push({ field: "initializedAt", message: `more than ${days} days ago: the provider has deleted its result` });
  }
  if (expiresAt && expiresAt <= initializedAt) {
    faults.push({ field: "expiresAt", message: "has to be after initializedAt" });
  }
  if (expiresAt && expiresAt.getTime() > initializedAt.getTime() + retentionMs) {
    faults.push({ field: "expiresAt", message: `more than ${days} days after initializedAt` });
  }
  if (callbackToken !== undefined && !opaqueTokens) {
    faults.push({
      field: "callbackToken",
      message:
        "this route takes no tokens of other systems; CALLBACK_OPAQUE_TOKENS=true, or opaqueTokens in ROUTES_FILE, lets it",
    });
  }
  return faults;
}

import type { Behaviour } from "../behaviour.ts";
import { type RpcAnswer, refusal } from "./answers.ts";
import { authenticate, type Gate } from "./authenticate.ts";
import type { Operation } from "./call.ts";
import type { SignedCall } from "./claims.ts";
import { OPERATIONS } from "./operations.ts";
import { missingParameter } from "./parameters.ts";

/** What a request asks for, signed or not. */
export const actionOf = ({ headers, parameters }: SignedCall): string =>
  headers["x-acs-action"] ?? parameters.merged.Action ?? "";

export type Admission =
  | { kind: "admitted"; operation: Operation; accessKeyId: string }
  | { kind: "refused"; answer: RpcAnswer };

/** Who may enter, and for what. Faults, budgets and all that follows are for those who may. */
export function admit(call: SignedCall, gate: Gate, { getCalls, account }: Behaviour): Admission {
  const action = actionOf(call);
  if (call.method !== "POST" && !(call.method === "GET" && getCalls === "accepted")) {
    return refused(refusal("UnsupportedHTTPMethod", "This action accepts POST only."));
  }
  if (action === "") return refused(missingParameter("Action"));
  const entry = authenticate(call, gate);
  if (entry.kind === "refused") return entry;
  const operation = OPERATIONS.get(action);
  if (!operation) return refused(refusal("InvalidApi.NotFound", `Specified api is not found: ${action.slice(0, 64)}.`));
  const answer = ACCOUNT[account] ?? call.parameters.mistake;
  return answer ? refused(answer) : { kind: "admitted", operation, accessKeyId: entry.accessKeyId };
}

const refused = (answer: RpcAnswer): Admission => ({ kind: "refused", answer });

/** What an account that is not in order is told (seeds 0 to 2, and section 2.5 of the provider notes). */
const ACCOUNT: Record<Behaviour["account"], RpcAnswer | null> = {
  active: null,
  "not-activated": refusal("Forbidden.AccountAccessDenied", "Activate ID Verification and settle overdue payments."),
  "ram-denied": refusal("Forbidden.RAMUserAccessDenied", "The RAM user lacks AliyunAntCloudAuthFullAccess."),
  "key-inactive": refusal("InvalidAccessKeyId.Inactive", "Specified access key is disabled."),
};

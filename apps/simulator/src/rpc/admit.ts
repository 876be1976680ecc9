import type { SignableRequest } from "@verdict/provider";
import { type RpcAnswer, refusal } from "./answers.ts";
import { type Gate, refuseEntry } from "./authenticate.ts";
import type { Operation } from "./call.ts";
import { OPERATIONS } from "./operations.ts";
import { mergeParameters, missingParameter, type Parameters } from "./parameters.ts";

/** One request at the endpoint, as it came. */
export type IncomingCall = SignableRequest & { query: URLSearchParams; body: Uint8Array };

/** What a request asks for, signed or not. */
export function readAction({ headers, query, body }: IncomingCall): { action: string; parameters: Parameters } {
  const parameters = mergeParameters(query, headers["content-type"] ?? "", body);
  return { action: headers["x-acs-action"] ?? parameters.Action ?? "", parameters };
}

export type Admission = { kind: "admitted"; operation: Operation } | { kind: "refused"; answer: RpcAnswer };

/** Who may enter, and for what. Faults are for those who may. */
export function admit(call: IncomingCall, action: string, gate: Gate): Admission {
  if (call.method !== "POST") return refused(refusal("UnsupportedHTTPMethod", "This action accepts POST only."));
  if (action === "") return refused(missingParameter("Action"));
  const answer = refuseEntry(call, gate);
  if (answer) return refused(answer);
  const operation = OPERATIONS.get(action);
  return operation
    ? { kind: "admitted", operation }
    : refused(refusal("InvalidApi.NotFound", `Specified api is not found: ${action}.`));
}

const refused = (answer: RpcAnswer): Admission => ({ kind: "refused", answer });

import { randomBytes } from "node:crypto";
import { type Answer, createProviderClient, RETURN_CODES } from "@verdict/provider";
import type { Route } from "@verdict/runtime";
import { type Finding, findingsAbout } from "./finding.ts";
import { judgeClock, readClock } from "./judge-clock.ts";

const LIMIT_MS = 8_000;

/**
 * Asks CheckResult about a transaction there cannot be: one signed call, documented as free (provider notes, section 2.2),
 * that changes nothing. A provider that gets as far as the question has accepted who asks.
 */
export async function checkProvider(route: Route): Promise<Finding> {
  const client = createProviderClient({ ...route, connections: 1, timeoutMs: { CheckResult: LIMIT_MS } });
  try {
    const nobody = randomBytes(12).toString("hex");
    const answer = await client.checkResult({ merchantBizId: `doctor${nobody}`, transactionId: `doctor${nobody}` });
    return judgeAnswer(route, answer);
  } finally {
    await client.close();
  }
}

/** Only these are given to a question by somebody whose signature and permission are good. */
const REACHED = ["TransactionIdInvalid", "InvalidParameter", "MissingParameter", "ProcessNotCompleted"];

/** What an answer to that question says about the credentials. Most of them say nothing. */
export function judgeAnswer({ slug, endpoint }: Pick<Route, "slug" | "endpoint">, answer: Answer<unknown>): Finding {
  const { ok, warn, fail } = findingsAbout("provider");
  const meaning = RETURN_CODES.find(({ code }) => code === answer.code)?.meaning;
  const of = `route ${slug}: `;
  if (answer.kind === "ok" || REACHED.includes(answer.code))
    return ok(`${of}${hostOf(endpoint)} takes the credentials`);
  switch (answer.kind) {
    case "configuration":
      return fail(`${of}${answer.code}${meaning ? `: ${meaning}` : ""}`, remedy(answer.code));
    case "throttled":
      return warn(`${of}${answer.code}: too many calls at the moment`, "ask again in a minute");
    case "transient":
      if (answer.httpStatus !== null) {
        return warn(`${of}${hostOf(endpoint)} has trouble of its own (${answer.code})`, "ask again in a minute");
      }
      return fail(
        `${of}${hostOf(endpoint)} does not answer (${answer.code})`,
        "is the endpoint right, and may this machine make https calls to it? A proxy, a firewall, DNS?",
      );
    case "pending":
    case "permanent":
    case "unknown":
      return warn(`${of}an answer that does not tell (${answer.code})`, "is the endpoint the provider's own?");
  }
}

function remedy(code: string): string {
  if (code.startsWith("SignatureDoesNotMatch"))
    return "correct ALIBABA_CLOUD_ACCESS_KEY_SECRET (in a file accessKeySecret)";
  if (code.startsWith("InvalidAccessKeyId.Inactive")) return "enable the access key in the RAM console, or use another";
  if (code.startsWith("InvalidAccessKeyId")) return "correct ALIBABA_CLOUD_ACCESS_KEY_ID (in a file accessKeyId)";
  if (code.startsWith("InvalidSecurityToken")) return "get a fresh securityToken; they expire";
  if (code.startsWith("InvalidTimeStamp")) return "set this machine's clock";
  if (code.startsWith("Forbidden.AccountAccessDenied"))
    return "activate ID Verification for the account, or pay what is overdue";
  if (code.startsWith("Forbidden") || code.startsWith("NoPermission")) {
    return "give the RAM user the policy AliyunAntCloudAuthFullAccess";
  }
  return "is the endpoint one of ID Verification, cloudauth-intl.<region>.aliyuncs.com, with https?";
}

const hostOf = (endpoint: string): string => new URL(endpoint).host;

/** Header dates count whole seconds. */
const HEADER_STEP_MS = 1_000;

/** The provider's clock, from an unsigned request that asks for nothing; null where it does not tell. */
export async function checkProviderClock(endpoint: string): Promise<Finding | null> {
  const from = Date.now();
  try {
    const answer = await fetch(endpoint, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(LIMIT_MS) });
    const said = new Date(answer.headers.get("date") ?? "");
    if (Number.isNaN(said.getTime())) return null;
    return judgeClock(readClock(hostOf(endpoint), said, { from, to: Date.now() }, HEADER_STEP_MS));
  } catch {
    // The signed call tells what is wrong with the way there.
    return null;
  }
}

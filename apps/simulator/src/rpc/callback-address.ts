import type { Behaviour } from "../behaviour.ts";
import { failsProbe } from "../callback-plan.ts";
import { isSuccess } from "../callbacks.ts";
import type { RpcAnswer } from "./answers.ts";
import type { CallContext } from "./call.ts";
import { invalidParameter } from "./parameters.ts";

/** Tries the callback address before a session opens (seeds 0 and 1). The fault `probeFail` sends nothing and fails. */
export async function isReachable(url: string, ordinal: number, { world, send }: CallContext): Promise<boolean> {
  const { probeMethod: method, probeTimeoutMs: timeoutMs, callbackUserAgent: userAgent } = world.behaviour;
  const sent = failsProbe(world.faults, ordinal)
    ? ({ kind: "failed", code: "Unreachable" } as const)
    : await send(url, { method, timeoutMs, userAgent, follow: world.behaviour.callbackRedirects === "follow" });
  const httpStatus = sent.kind === "answered" ? sent.httpStatus : null;
  const reached = counts(httpStatus, world.behaviour.probeSuccess);
  const code = sent.kind === "failed" ? sent.code : reached ? "Success" : "Refused";
  world.log.add({ direction: "out", operation: "Probe", transactionId: null, httpStatus, code });
  return reached;
}

function counts(httpStatus: number | null, success: Behaviour["probeSuccess"]): boolean {
  switch (success) {
    case "2xx":
      return isSuccess(httpStatus);
    case "200":
      return httpStatus === 200;
    case "any":
      return httpStatus !== null;
  }
}

type Address = { callbackUrl?: string | undefined; callbackToken?: string | undefined };

/** What is wrong with an address before anybody tries it (seed 0, CallbackUrl; the lengths are assumptions). */
export function brokenCallbackRule({ callbackUrl, callbackToken }: Address, behaviour: Behaviour): RpcAnswer | null {
  if (callbackToken && callbackToken.length > behaviour.callbackTokenMax) {
    return invalidParameter("CallbackToken", `it is above ${behaviour.callbackTokenMax} characters`);
  }
  if (!callbackUrl) return null;
  if (callbackUrl.length > behaviour.callbackUrlMax) {
    return invalidParameter("CallbackUrl", `it is above ${behaviour.callbackUrlMax} characters`);
  }
  return isLetIn(callbackUrl, behaviour.callbackPlainHttp)
    ? null
    : invalidParameter("CallbackUrl", "it must begin with https (a loopback host may do without)");
}

function isLetIn(url: string, plainHttp: Behaviour["callbackPlainHttp"]): boolean {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:" || plainHttp === "any") return true;
  return plainHttp === "loopback" && /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

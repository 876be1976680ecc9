import type { Behaviour } from "../behaviour.ts";
import { failsProbe } from "../callback-plan.ts";
import { isSuccess } from "../callbacks.ts";
import type { CallContext } from "./call.ts";

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

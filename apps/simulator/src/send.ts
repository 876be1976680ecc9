import { Agent } from "undici";

export type Sent = { kind: "answered"; httpStatus: number } | { kind: "failed"; code: "Timeout" | "Unreachable" };

/** One GET. Never throws, never follows a redirect; the answer's body is read away and ignored. */
export type Send = (url: string, timeoutMs: number) => Promise<Sent>;

/** Sends over connections that are kept open. After `close` every call fails. */
export function createSend(): { send: Send; close(): Promise<void> } {
  const agent = new Agent({ connections: 128, pipelining: 1 });

  const send: Send = async (url, timeoutMs) => {
    const { origin, pathname, search } = new URL(url);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await agent.request({ origin, path: `${pathname}${search}`, method: "GET", signal });
      await response.body.dump({ limit: 65_536, signal });
      return { kind: "answered", httpStatus: response.statusCode };
    } catch {
      return { kind: "failed", code: signal.aborted ? "Timeout" : "Unreachable" };
    }
  };

  return { send, close: () => agent.destroy() };
}

import { Agent, interceptors } from "undici";

export type Sent = { kind: "answered"; httpStatus: number } | { kind: "failed"; code: "Timeout" | "Unreachable" };

export type SendOptions = {
  method: "GET" | "HEAD";
  timeoutMs: number;
  /** Whether redirects are followed. */
  follow: boolean;
  /** `none`: no such header is sent. */
  userAgent: string;
};

/** One request. Never throws; the answer's body is read away and ignored. */
export type Send = (url: string, options: SendOptions) => Promise<Sent>;

/** Sends over connections that are kept open. After `close` every call fails. */
export function createSend(): { send: Send; close(): Promise<void> } {
  const agent = new Agent({ connections: 128, pipelining: 1 });
  const following = agent.compose(interceptors.redirect({ maxRedirections: 3 }));

  const send: Send = async (url, { method, timeoutMs, follow, userAgent }) => {
    const { origin, pathname, search } = new URL(url);
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = userAgent === "none" ? {} : { "user-agent": userAgent };
    try {
      const request = { origin, path: `${pathname}${search}`, method, headers, signal };
      const response = await (follow ? following : agent).request(request);
      await response.body.dump({ limit: 65_536, signal });
      return { kind: "answered", httpStatus: response.statusCode };
    } catch {
      return { kind: "failed", code: signal.aborted ? "Timeout" : "Unreachable" };
    }
  };

  return { send, close: () => agent.destroy() };
}

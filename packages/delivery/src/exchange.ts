import { type Dispatcher, errors } from "undici";
import { RefusedTarget, UnresolvedTarget } from "./guard/guarded-connect.ts";
import type { AddressRefusal } from "./guard/judge-address.ts";

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** One POST, ready for the wire. */
export type OutgoingRequest = { url: string; headers: Record<string, string>; body: string };

/** How a POST ended. Of a body that was too long or too slow, what came is kept, and `cut` says so. */
export type Exchange =
  | { kind: "answered"; status: number; headers: Headers; body: string; cut: boolean }
  | { kind: "timed_out" }
  /** No connection, or it broke. `code` is Node's, e.g. `ECONNREFUSED`, `ERR_TLS_CERT_ALTNAME_INVALID`. */
  | { kind: "broken"; code: string }
  | { kind: "unresolved" }
  | { kind: "refused"; reason: AddressRefusal };

export type ExchangeLimits = {
  /** Longest time for everything, from the lookup of the name to the answer's last byte. */
  timeoutMs: number;
  /** Longest time for the body once the status is there. */
  bodyMs: number;
  /** Most of the body that is read, in bytes. */
  bodyBytesMax: number;
};

/**
 * Sends a POST once and reads its answer, never following a redirect. The status counts as soon as it is there: a body
 * that is too long, trickles or breaks off is cut, and its connection closed.
 */
export function exchange(dispatcher: Dispatcher, request: OutgoingRequest, limits: ExchangeLimits): Promise<Exchange> {
  const { origin, pathname, search } = new URL(request.url);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let head: { status: number; headers: Headers } | null = null;
    let bytes = 0;
    let connection: Dispatcher.DispatchController | null = null;
    let bodyTimer: NodeJS.Timeout | undefined;
    let over = false;

    const end = (ending: Exchange) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      clearTimeout(bodyTimer);
      resolve(ending);
    };
    const answered = (cut: boolean) => {
      const body = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, limits.bodyBytesMax));
      if (head) end({ kind: "answered", ...head, body, cut });
    };
    /** Ends with what is there, and lets go of the connection. */
    const cutOff = () => {
      if (head) answered(true);
      else end({ kind: "timed_out" });
      connection?.abort(new Error("cut off"));
    };
    const timer = setTimeout(cutOff, limits.timeoutMs);

    const outgoing = { origin, path: `${pathname}${search}`, headers: request.headers, body: request.body };
    try {
      dispatcher.dispatch(
        { method: "POST", ...outgoing },
        {
          onRequestStart(controller) {
            // A connection came too late: nothing has been written yet, and nothing will be.
            if (over) controller.abort(new Error("too late"));
            else connection = controller;
          },
          onResponseStart(_controller, status, headers) {
            // Hints that come ahead of the answer are not it.
            if (status < 200) return;
            head = { status, headers };
            bodyTimer ??= setTimeout(cutOff, limits.bodyMs);
          },
          onResponseData(_controller, chunk) {
            if (over) return;
            chunks.push(chunk);
            bytes += chunk.length;
            if (bytes > limits.bodyBytesMax) cutOff();
          },
          onResponseEnd() {
            answered(false);
          },
          onResponseError(_controller, error) {
            if (head) answered(true);
            else end(failureOf(error));
          },
        },
      );
    } catch (error) {
      // A header that cannot be sent.
      end(failureOf(error));
    }
  });
}

function failureOf(error: unknown): Exchange {
  if (error instanceof RefusedTarget) return { kind: "refused", reason: error.reason };
  if (error instanceof UnresolvedTarget) return { kind: "unresolved" };
  if (error instanceof errors.ConnectTimeoutError) return { kind: "timed_out" };
  return { kind: "broken", code: codeOf(error) };
}

/** The code of an error, or of the first of several addresses tried. Messages are not passed on: they quote addresses. */
export function codeOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const code = (first as { code?: unknown } | undefined)?.code;
  return typeof code === "string" && /^[A-Z0-9_]{2,60}$/.test(code) ? code : "UNKNOWN";
}

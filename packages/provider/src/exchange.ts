import type { Dispatcher } from "undici";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** One signed POST, ready for the wire. */
export type OutgoingCall = { path: string; headers: Record<string, string>; body: string };

/** How a call over the wire ended. `sent`: it was at least begun, so the provider may have acted. */
export type Exchange =
  | { kind: "answered"; httpStatus: number; headers: Headers; body: string }
  | { kind: "timed_out"; sent: boolean }
  | { kind: "too_large"; httpStatus: number }
  | { kind: "broken"; sent: boolean };

/**
 * Sends a call once and reads its answer. The limit covers everything, also the wait for a free connection and an answer that
 * trickles in; undici's own limits start anew with every byte, and its abort signal is deaf until a call has begun.
 */
export function exchange(
  dispatcher: Dispatcher,
  call: OutgoingCall,
  limits: { timeoutMs: number; answerBytesMax: number },
): Promise<Exchange> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let answer: { httpStatus: number; headers: Headers } | null = null;
    let bytes = 0;
    let connection: Dispatcher.DispatchController | null = null;
    let over = false;

    const end = (ending: Exchange) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      resolve(ending);
      if (ending.kind !== "answered") connection?.abort(new Error(ending.kind));
    };
    const timer = setTimeout(() => end({ kind: "timed_out", sent: connection !== null }), limits.timeoutMs);

    dispatcher.dispatch(
      { method: "POST", ...call },
      {
        onRequestStart(controller) {
          // A connection came too late: nothing has been written yet, and nothing will be.
          if (over) controller.abort(new Error("too late"));
          else connection = controller;
        },
        onResponseStart(_controller, httpStatus, headers) {
          // A hint that comes ahead of the answer is overwritten by it.
          answer = { httpStatus, headers };
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length;
          if (answer && bytes > limits.answerBytesMax) end({ kind: "too_large", httpStatus: answer.httpStatus });
          else if (!over) chunks.push(chunk);
        },
        onResponseEnd() {
          if (answer) end({ kind: "answered", ...answer, body: new TextDecoder().decode(Buffer.concat(chunks)) });
          else end({ kind: "broken", sent: true });
        },
        onResponseError() {
          end({ kind: "broken", sent: connection !== null });
        },
      },
    );
  });
}

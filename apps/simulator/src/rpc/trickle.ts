import { type Timers, wait } from "../clock.ts";

const PIECES = 10;
const PAUSE_MS = 200;

/** The same response, its body in ten pieces over two seconds. Once the signal aborts, the rest comes at once. */
export async function trickle(response: Response, timers: Timers, signal: AbortSignal): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const size = Math.max(1, Math.ceil(bytes.length / PIECES));
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      if (sent > 0 && !signal.aborted) await wait(timers, PAUSE_MS, signal);
      const until = signal.aborted ? bytes.length : sent + size;
      controller.enqueue(bytes.subarray(sent, until));
      sent = until;
      if (sent >= bytes.length) controller.close();
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

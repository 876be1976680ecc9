import { describeEvent } from "@verdict/services";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { encodePlace } from "./feed-place.ts";
import type { Part } from "./follow-feed.ts";

export type StreamOptions = {
  heartbeatMs: number;
  /** Ends what the parts come from. */
  end: () => void;
  /** Whether the caller may still be told. Asked before anything is. */
  stillMay: () => Promise<boolean>;
  /** Hears of what broke the stream off. */
  onError: (error: unknown) => void;
};

/**
 * Tells parts of the feed as server-sent events: each event with its place as the id and, when there is none for a while, a comment
 * that keeps the connection open and moves the id on. Whoever reconnects with the last id misses nothing. Waits for a client that
 * reads slowly.
 */
export function streamEvents(c: Context, parts: AsyncIterable<Part>, options: StreamOptions): Response {
  const { heartbeatMs, end, stillMay, onError } = options;
  // A proxy that gathers what it passes on would hold events back.
  c.header("X-Accel-Buffering", "no");
  return streamSSE(c, async (stream) => {
    stream.onAbort(end);
    let toldAt = performance.now();
    try {
      for await (const part of parts) {
        if (part.kind !== "read" || stream.aborted) break;
        const beats = performance.now() - toldAt >= heartbeatMs;
        if (part.events.length === 0 && !beats) continue;
        if (!(await stillMay())) break;
        for (const event of part.events) {
          await stream.writeSSE({ id: encodePlace(event.place), data: JSON.stringify(describeEvent(event)) });
        }
        if (beats) await stream.write(`: still here\nid: ${encodePlace(part.next)}\n\n`);
        toldAt = performance.now();
      }
    } catch (error) {
      onError(error);
    } finally {
      end();
    }
  });
}

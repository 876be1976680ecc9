import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { BullQueue } from "./bull.ts";
import { maskPayload } from "./mask-payload.ts";

/** A queue as bull-board shows it. */
export type BoardQueue = BullMQAdapter;

/**
 * Shows a queue to bull-board for looking at, not for touching: what failed is put back on purpose, with a reason, elsewhere.
 * Payloads are masked, since claims may stand in them.
 */
export function showOnBoard(queue: BullQueue, description: string): BoardQueue {
  const adapter = new BullMQAdapter(queue as never, { readOnlyMode: true, description });
  adapter.setFormatter("data", maskPayload);
  adapter.setFormatter("returnValue", maskPayload);
  return adapter;
}

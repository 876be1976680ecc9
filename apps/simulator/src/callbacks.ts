import type { CallbackKind, PlannedCallback } from "./callback-plan.ts";
import type { Send } from "./send.ts";
import type { World } from "./world.ts";

/** How long the receiver may take (provider notes, section 5.3: only exactly 200 counts). */
const ATTEMPT_LIMIT_MS = 3_000;

export type Callbacks = {
  /** Sends each when it is due. */
  launch(world: World, transactionId: string, planned: readonly PlannedCallback[]): void;
  /** Sends one now; resolves when the first attempt is over. */
  sendNow(world: World, transactionId: string, planned: PlannedCallback): Promise<void>;
};

export function createCallbacks({ send, retryDelayMs }: { send: Send; retryDelayMs: number }): Callbacks {
  async function attempt(world: World, id: string, planned: PlannedCallback, kind: CallbackKind): Promise<boolean> {
    const sent = kind === "dropped" ? null : await send(planned.url, ATTEMPT_LIMIT_MS);
    const httpStatus = sent?.kind === "answered" ? sent.httpStatus : null;
    const accepted = httpStatus === 200;
    const code = !sent ? "Dropped" : sent.kind === "failed" ? sent.code : accepted ? "Success" : "Refused";
    world.log.add({ direction: "out", operation: "Callback", transactionId: id, httpStatus, code });
    world.transactions.change(id, ({ callbacks }) => ({
      callbacks: [...callbacks, { at: world.clock.now(), kind, httpStatus, code }],
    }));
    return accepted;
  }

  /** Runs at `dueAt`; until it is done the session shows it as pending. */
  function later(world: World, id: string, kind: CallbackKind, dueAt: number, run: () => Promise<void>): void {
    const entry = { kind, dueAt };
    world.transactions.change(id, ({ pending }) => ({ pending: [...pending, entry] }));
    world.clock.at(dueAt, async () => {
      await run();
      world.transactions.change(id, ({ pending }) => ({ pending: pending.filter((other) => other !== entry) }));
    });
  }

  async function first(world: World, id: string, planned: PlannedCallback): Promise<void> {
    const accepted = await attempt(world, id, planned, planned.kind);
    if (accepted) return repeat(world, id, planned);
    // A stranger does not try again, and what is dropped stays dropped.
    if (planned.kind === "forged" || planned.kind === "dropped") return;
    later(world, id, "retry", world.clock.now() + retryDelayMs, async () => {
      if (await attempt(world, id, planned, "retry")) repeat(world, id, planned);
    });
  }

  function repeat(world: World, id: string, planned: PlannedCallback): void {
    if (planned.repeatAfterMs === null) return;
    later(world, id, "duplicate", world.clock.now() + planned.repeatAfterMs, async () => {
      await attempt(world, id, planned, "duplicate");
    });
  }

  return {
    launch: (world, id, planned) => {
      for (const one of planned) later(world, id, one.kind, one.dueAt, () => first(world, id, one));
    },
    sendNow: first,
  };
}

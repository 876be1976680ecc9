import type { CallbackKind, PlannedCallback } from "./callback-plan.ts";
import type { Send } from "./send.ts";
import type { World } from "./world.ts";

export type Callbacks = {
  /** Sends each when it is due. */
  launch(world: World, transactionId: string, planned: readonly PlannedCallback[]): void;
  /** Sends one now; resolves when the first attempt is over. */
  sendNow(world: World, transactionId: string, planned: PlannedCallback): Promise<void>;
};

/** What nobody tries a second time: a stranger's callback, a copy that a person sent, one that is lost. */
const ONCE: ReadonlySet<CallbackKind> = new Set(["forged", "replayed", "dropped"]);

export function createCallbacks({ send }: { send: Send }): Callbacks {
  async function attempt(world: World, id: string, { url }: PlannedCallback, kind: CallbackKind): Promise<boolean> {
    const { callbackTimeoutMs, callbackSuccess, callbackRedirects, callbackUserAgent } = world.behaviour;
    const follow = callbackRedirects === "follow";
    const how = { method: "GET", timeoutMs: callbackTimeoutMs, follow, userAgent: callbackUserAgent } as const;
    const sent = kind === "dropped" ? null : await send(url, how);
    const httpStatus = sent?.kind === "answered" ? sent.httpStatus : null;
    const accepted = callbackSuccess === "200" ? httpStatus === 200 : isSuccess(httpStatus);
    const code = !sent ? "Dropped" : sent.kind === "failed" ? sent.code : accepted ? "Success" : "Refused";
    world.log.add({ direction: "out", operation: "Callback", transactionId: id, httpStatus, code });
    world.transactions.change(id, ({ callbacks }) => ({
      callbacks: [...callbacks, { at: world.clock.now(), kind, url, httpStatus, code }],
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
    await tryOn(world, id, planned, planned.kind, world.behaviour.callbackAttempts);
  }

  async function tryOn(world: World, id: string, planned: PlannedCallback, kind: CallbackKind, left: number) {
    if (await attempt(world, id, planned, kind)) return repeat(world, id, planned);
    if (left <= 1 || ONCE.has(planned.kind)) return;
    later(world, id, "retry", world.clock.now() + world.behaviour.callbackRetryMs, () =>
      tryOn(world, id, planned, "retry", left - 1),
    );
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

export const isSuccess = (httpStatus: number | null): boolean =>
  httpStatus !== null && httpStatus >= 200 && httpStatus < 300;

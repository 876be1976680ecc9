import { type Context, Hono } from "hono";
import { planCallbacks } from "../callback-plan.ts";
import { callbackUrl, wrongToken } from "../callback-url.ts";
import type { Callbacks } from "../callbacks.ts";
import { mainPage } from "../outcomes.ts";
import { abandon, complete, type Move, start, type Transaction } from "../transactions.ts";
import type { World } from "../world.ts";
import { Abandon, Completion, Forgery, Replay, readBody } from "./bodies.ts";
import { mistake } from "./mistake.ts";
import { toRow } from "./rows.ts";

type Deps = { world: () => World; callbacks: Callbacks };

/** What the user of one session does, and what a stranger does to it. */
export const transactionRoutes = ({ world: current, callbacks }: Deps) =>
  new Hono()
    .post("/complete", async (c) => {
      const read = readBody(Completion, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      const { passed, subCode, result } = read.body;
      const world = current();
      const { pendingMs } = world.behaviour;
      return moved(
        c,
        world,
        (held, now) => complete(held, { passed, subCode, result, at: now, readyAt: now + pendingMs }, now),
        (held, now) =>
          callbacks.launch(world, held.transactionId, planCallbacks(world, held, { passed, subCode }, now)),
      );
    })
    .post("/abandon", async (c) => {
      const read = readBody(Abandon, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      const { page, errorCode } = read.body;
      return moved(c, current(), (held, now) =>
        abandon(held, { page: page ?? mainPage(held.product), errorCode, at: now }, now),
      );
    })
    .post("/start", (c) => moved(c, current(), start))
    .post("/replay", async (c) => {
      const read = readBody(Replay, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      const { callback } = read.body;
      return extra(c, current(), callbacks, ({ callbacks: sent }) => {
        const again = callback === undefined ? sent.at(-1) : sent[callback - 1];
        // A copy of a forgery is one, too.
        return again ? { kind: again.kind === "forged" ? "forged" : "replayed", url: again.url } : null;
      });
    })
    .post("/forge", async (c) => {
      const read = readBody(Forgery, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      const { passed, subCode, token } = read.body;
      const world = current();
      return extra(c, world, callbacks, (held) => {
        if (held.callbackUrl === null) return null;
        const { transactionId, callbackToken } = held;
        const told = { token: token ?? wrongToken(callbackToken), transactionId, claim: { passed, subCode } };
        return { kind: "forged", url: callbackUrl(held.callbackUrl, told, world.behaviour) };
      });
    });

/** Carries out one move of the session in the path. `after` runs only when it really moved. */
function moved(
  c: Context,
  world: World,
  decide: (held: Transaction, now: number) => Move,
  after?: (held: Transaction, now: number) => void,
): Response {
  const id = c.req.param("id") ?? "";
  const held = world.transactions.find(id);
  if (!held) return unknown(c, id);
  const now = world.clock.now();
  const move = decide(held, now);
  switch (move.kind) {
    case "moved":
      world.transactions.put(move.transaction);
      after?.(move.transaction, now);
      return c.json(toRow(move.transaction, now));
    case "already":
      return c.json(toRow(move.transaction, now));
    case "closed":
      return mistake(c, 409, "not_open", `transaction ${id} is ${move.state}: only an open one can move`);
  }
}

/** Sends one callback more, whatever state the session is in; answers when the receiver has. */
async function extra(
  c: Context,
  world: World,
  callbacks: Callbacks,
  choose: (held: Transaction) => { kind: "replayed" | "forged"; url: string } | null,
): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const held = world.transactions.find(id);
  if (!held) return unknown(c, id);
  const chosen = choose(held);
  if (!chosen) return mistake(c, 409, "no_callback", `transaction ${id} has no callback to send`);
  const dueAt = world.clock.now();
  await callbacks.sendNow(world, id, { ...chosen, dueAt, repeatAfterMs: null });
  return c.json(toRow(world.transactions.find(id) ?? held, world.clock.now()));
}

const unknown = (c: Context, id: string) => mistake(c, 404, "unknown_transaction", `there is no transaction ${id}`);

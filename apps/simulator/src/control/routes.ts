import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { planCallbacks } from "../callback-plan.ts";
import type { Callbacks } from "../callbacks.ts";
import { readFaultPlan } from "../fault-plan.ts";
import { mainPage } from "../outcomes.ts";
import {
  abandon,
  complete,
  isTransactionState,
  type Move,
  STATE_NAMES,
  start,
  stateAt,
  type Transaction,
} from "../transactions.ts";
import type { World } from "../world.ts";
import { Abandon, Advance, Completion, readBody, readJson } from "./bodies.ts";
import { toRow } from "./rows.ts";

type Deps = { world: () => World; reset: () => void; callbacks: Callbacks };

const BODY_BYTES_MAX = 2 * 1_024 * 1_024;

/** `/_sim`: the strings behind the stage. No part of the provider's contract. */
export const controlRoutes = ({ world: current, reset, callbacks }: Deps) =>
  new Hono()
    .use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: (c) => mistake(c, 413, "too_large", "the body is above 2 MB") }))
    .delete("/", (c) => {
      const forgotten = current().transactions.list().length;
      reset();
      return c.json({ forgotten });
    })
    .get("/transactions", (c) => {
      const { transactions, clock } = current();
      const state = c.req.query("state") || null;
      if (state !== null && !isTransactionState(state)) {
        return mistake(c, 400, "bad_query", `state: expected one of ${STATE_NAMES}`);
      }
      const now = clock.now();
      const wanted = transactions.list().filter((held) => state === null || stateAt(held, now) === state);
      return c.json(wanted.map((held) => toRow(held, now)));
    })
    .post("/transactions/:id/complete", async (c) => {
      const read = readBody(Completion, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      const { passed, subCode, result } = read.body;
      const world = current();
      return moved(
        c,
        world,
        (held, now) => complete(held, { passed, subCode, result, at: now }, now),
        (held, now) =>
          callbacks.launch(world, held.transactionId, planCallbacks(world.faults, held, { passed, subCode }, now)),
      );
    })
    .post("/transactions/:id/abandon", async (c) => {
      const read = readBody(Abandon, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      const { page, errorCode } = read.body;
      return moved(c, current(), (held, now) =>
        abandon(held, { page: page ?? mainPage(held.product), errorCode, at: now }, now),
      );
    })
    .post("/transactions/:id/start", (c) => moved(c, current(), start))
    .get("/faults", (c) => c.json(current().faults))
    .put("/faults", async (c) => {
      const json = readJson(await c.req.text());
      const read = json.kind === "body" ? readFaultPlan(json.body) : json;
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      current().faults = read.plan;
      return c.json(read.plan);
    })
    .get("/clock", (c) => c.json(time(current())))
    .post("/clock/advance", async (c) => {
      const read = readBody(Advance, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      current().clock.advance(read.body.ms);
      return c.json(time(current()));
    })
    .get("/log", (c) => {
      const since = c.req.query("since") || "0";
      if (!/^\d{1,15}$/.test(since)) return mistake(c, 400, "bad_query", "since: expected the seq of an entry");
      return c.json(current().log.since(Number(since)));
    })
    .all("*", (c) => mistake(c, 404, "unknown_command", `${c.req.method} ${c.req.path} is no control command`));

/** Carries out one move of the session in the path. `after` runs only when it really moved. */
function moved(
  c: Context,
  world: World,
  decide: (held: Transaction, now: number) => Move,
  after?: (held: Transaction, now: number) => void,
): Response {
  const id = c.req.param("id") ?? "";
  const held = world.transactions.find(id);
  if (!held) return mistake(c, 404, "unknown_transaction", `there is no transaction ${id}`);
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

const time = ({ clock }: World) => ({ now: new Date(clock.now()).toISOString(), offsetMs: clock.offsetMs() });

const mistake = (c: Context, status: 400 | 404 | 409 | 413, code: string, message: string) =>
  c.json({ code, message }, status);

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Callbacks } from "../callbacks.ts";
import { isTransactionState, STATE_NAMES, stateAt } from "../transactions.ts";
import type { World } from "../world.ts";
import { faceRoutes } from "./face-routes.ts";
import { mistake } from "./mistake.ts";
import { toRow } from "./rows.ts";
import { transactionRoutes } from "./transaction-routes.ts";
import { tuningRoutes } from "./tuning-routes.ts";

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
    .route("/transactions/:id", transactionRoutes({ world: current, callbacks }))
    .route("/", tuningRoutes({ world: current }))
    .route("/", faceRoutes({ world: current }))
    .all("*", (c) => mistake(c, 404, "unknown_command", `${c.req.method} ${c.req.path} is no control command`));

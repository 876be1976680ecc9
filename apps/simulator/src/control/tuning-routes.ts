import { type Context, Hono } from "hono";
import { BehaviourChange, changed } from "../behaviour.ts";
import { readFaultPlan } from "../fault-plan.ts";
import type { World } from "../world.ts";
import { Advance, readBody, readJson, WishBody } from "./bodies.ts";
import { mistake } from "./mistake.ts";

/** What a test turns before and between calls: settings, faults, single answers, the clock. */
export const tuningRoutes = ({ world }: { world: () => World }) =>
  new Hono()
    .get("/settings", (c) => c.json(world().behaviour))
    .put("/settings", async (c) => {
      const read = readBody(BehaviourChange, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      const held = world();
      held.behaviour = changed(held.behaviour, read.body);
      return c.json(held.behaviour);
    })
    .get("/faults", (c) => c.json(world().faults))
    .put("/faults", async (c) => {
      const json = readJson(await c.req.text());
      const read = json.kind === "body" ? readFaultPlan(json.body) : json;
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      world().faults = read.plan;
      return c.json(read.plan);
    })
    .get("/answers", (c) => c.json(world().wishes.list()))
    .post("/answers", async (c) => {
      const read = readBody(WishBody, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      world().wishes.add(read.body);
      return c.json(world().wishes.list());
    })
    .get("/clock", (c) => c.json(time(world())))
    .post("/clock/advance", async (c) => {
      const read = readBody(Advance, await c.req.text());
      if (read.kind === "mistakes") return mistake(c, 400, "bad_body", read.message);
      world().clock.advance(read.body.ms);
      return c.json(time(world()));
    })
    .post("/settle", async (c) => {
      await world().clock.settle();
      return c.json(time(world()));
    })
    .get("/log", (c: Context) => {
      const since = c.req.query("since") || "0";
      if (!/^\d{1,15}$/.test(since)) return mistake(c, 400, "bad_query", "since: expected the seq of an entry");
      return c.json(world().log.since(Number(since)));
    });

const time = ({ clock }: World) => ({ now: new Date(clock.now()).toISOString(), offsetMs: clock.offsetMs() });

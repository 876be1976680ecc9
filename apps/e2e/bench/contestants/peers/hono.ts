import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { callbackChecker } from "./check-callback.ts";
import { openStore } from "./open-store.ts";

const check = callbackChecker();
const add = await openStore();

const app = new Hono().get("/callbacks/:route", async (c) => {
  const checked = check(c.req.param("route"), c.req.query());
  if (checked.status !== 200) return c.text("refused", checked.status);
  await add(checked.callback);
  return c.text("OK");
});

process.on("disconnect", () => process.exit());
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.send?.({ type: "ready", port }));

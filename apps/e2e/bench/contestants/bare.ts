import { serve } from "@hono/node-server";
import { Hono } from "hono";

// The least a Hono endpoint can do: no check, no store, 200.
const app = new Hono().get("/callbacks/:route", (c) => c.text("OK"));

process.on("disconnect", () => process.exit());
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.send?.({ type: "ready", port }));

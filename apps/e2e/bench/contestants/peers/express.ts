import express from "express";
import { callbackChecker } from "./check-callback.ts";
import { openStore } from "./open-store.ts";

const check = callbackChecker();
const add = await openStore();

const app = express().get("/callbacks/:route", async (request, response) => {
  const checked = check(request.params.route, request.query);
  if (checked.status !== 200) return void response.status(checked.status).send("refused");
  await add(checked.callback);
  response.send("OK");
});

process.on("disconnect", () => process.exit());
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ type: "ready", port: typeof address === "object" ? address?.port : 0 });
});

import fastify from "fastify";
import { callbackChecker } from "./check-callback.ts";
import { openStore } from "./open-store.ts";

const check = callbackChecker();
const add = await openStore();

const app = fastify();
app.get<{ Params: { route: string } }>("/callbacks/:route", async (request, reply) => {
  const checked = check(request.params.route, request.query);
  if (checked.status !== 200) return reply.code(checked.status).send("refused");
  await add(checked.callback);
  return "OK";
});

process.on("disconnect", () => process.exit());
const address = await app.listen({ port: 0, host: "127.0.0.1" });
process.send?.({ type: "ready", port: Number(new URL(address).port) });

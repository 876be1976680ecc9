import { once } from "node:events";
import { Agent, get, request, ServerResponse } from "node:http";
import { createServer } from "node:net";
import { queryObjects } from "node:v8";
import { Hono } from "hono";
import { expect, test, vi } from "vitest";
import { SettingsError, serve } from "../src/index.ts";

test("port 0 gives a real port that answers", async () => {
  const app = new Hono().get("/", (c) => c.text("here"));
  const serving = await serve({ app, port: 0, variable: "RECEIVER_PORT" });
  expect(await (await fetch(`http://127.0.0.1:${serving.port}/`)).text()).toBe("here");
  await serving.close();
  await serving.close();
  await expect(fetch(`http://127.0.0.1:${serving.port}/`)).rejects.toThrow();
});

test("a taken port is a settings error that names the variable", async () => {
  const holder = createServer().listen(0);
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  await expect(serve({ app: new Hono(), port, variable: "RECEIVER_PORT" })).rejects.toThrow(
    new SettingsError(`port ${port} is already in use; set RECEIVER_PORT to a free one`),
  );
  holder.close();
});

test.skipIf(process.platform === "darwin")(
  "processes that say so share a port, and one that does not is refused",
  async () => {
    const app = new Hono().get("/", (c) => c.text("here"));
    const first = await serve({ app, port: 0, variable: "RECEIVER_PORT", shared: true });
    const { port } = first;
    const second = await serve({ app, port, variable: "RECEIVER_PORT", shared: true });
    await expect(serve({ app, port, variable: "RECEIVER_PORT" })).rejects.toThrow(SettingsError);
    await first.close();
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("here");
    await second.close();
  },
);

test("close lets an open request finish, even on a kept-alive connection", async () => {
  const held = Promise.withResolvers<void>();
  const inside = Promise.withResolvers<void>();
  const app = new Hono().get("/", async (c) => {
    inside.resolve();
    await held.promise;
    return c.text("finished");
  });
  const serving = await serve({ app, port: 0, variable: "API_PORT" });
  const agent = new Agent({ keepAlive: true });
  const answer = once(get({ port: serving.port, agent }), "response");
  await inside.promise;
  const closed = serving.close();
  held.resolve();
  const [response] = await answer;
  expect(response.statusCode).toBe(200);
  response.resume();
  await closed;
  agent.destroy();
});

test("close cuts what does not finish within the limit", async () => {
  const inside = Promise.withResolvers<void>();
  const app = new Hono().get("/", () => {
    inside.resolve();
    return new Promise<Response>(() => {});
  });
  const serving = await serve({ app, port: 0, variable: "API_PORT" });
  const hanging = request({ port: serving.port }).end();
  const cut = once(hanging, "error");
  await inside.promise;
  await serving.close(20);
  await cut;
});

test("a connection that waits for its next request keeps nothing of the last one", async () => {
  const app = new Hono().get("/", (c) => c.text("here"));
  const serving = await serve({ app, port: 0, variable: "API_PORT" });
  const agent = new Agent({ keepAlive: true });
  const [response] = await once(get({ port: serving.port, agent }), "response");
  response.resume();
  await once(response, "end");
  await vi.waitUntil(() => queryObjects(ServerResponse, { format: "count" }) === 0, 5_000);
  agent.destroy();
  await serving.close();
});

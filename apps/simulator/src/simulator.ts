import { healthRoutes } from "@verdict/runtime";
import { Hono } from "hono";
import { createCallbacks } from "./callbacks.ts";
import { realTimers, type Timers } from "./clock.ts";
import { controlRoutes } from "./control/routes.ts";
import { phoneRoutes } from "./phone/routes.ts";
import { rpcRoutes } from "./rpc/routes.ts";
import { createSend, type Send } from "./send.ts";
import { createWorld } from "./world.ts";

export type SimulatorSettings = {
  /** Secrets by access key id: whose calls are let in. */
  accessKeys: ReadonlyMap<string, string>;
  /** How long a session can be finished. */
  ttlSeconds: number;
  /** The pause before the one retry of a callback. */
  retryDelayMs: number;
  /** What transaction ids are made from. */
  idSeed: string;
  /** How many log entries are kept. */
  logEntries: number;
};

type Options = {
  settings: SimulatorSettings;
  timers?: Timers;
  /** Sends probes and callbacks. Not given: over HTTP. */
  send?: Send;
  onError?: (error: Error) => void;
  stopping?: AbortSignal;
};

/** The provider on your desk: the RPC endpoint, its control surface and the page that plays the phone. */
export function createSimulator({ settings, timers = realTimers, send, onError, ...health }: Options) {
  const http = send ? { send, close: async () => {} } : createSend();
  const { accessKeys, idSeed, ttlSeconds, retryDelayMs, logEntries } = settings;
  let world = createWorld(timers, logEntries, 0);
  const reset = () => {
    world.end();
    world = createWorld(timers, logEntries, world.resets + 1);
  };

  const callbacks = createCallbacks({ send: http.send, retryDelayMs });
  const deps = { world: () => world, timers, send: http.send, callbacks };
  const app = new Hono()
    .route("/", healthRoutes(health))
    .route("/_sim", controlRoutes({ ...deps, reset }))
    .route("/", rpcRoutes({ ...deps, accessKeys, idSeed, ttlMs: ttlSeconds * 1_000 }))
    .route("/", phoneRoutes(deps));
  app.onError((error, c) => {
    onError?.(error);
    return c.json({ code: "InternalError", message: "The simulator itself failed; its log says why." }, 500);
  });

  /** Ends what waits: timers, slow and hanging answers, open connections. */
  const close = async () => {
    world.end();
    await http.close();
  };
  return { app, close };
}

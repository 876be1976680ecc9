import { healthRoutes } from "@verdict/runtime";
import { Hono } from "hono";
import { type Behaviour, USUAL } from "./behaviour.ts";
import { createCallbacks } from "./callbacks.ts";
import { realTimers, type Timers } from "./clock.ts";
import { controlRoutes } from "./control/routes.ts";
import { phoneRoutes } from "./phone/routes.ts";
import { createPictureMemory } from "./pictures/picture-memory.ts";
import { rpcRoutes } from "./rpc/routes.ts";
import { createSend, type Send } from "./send.ts";
import { createWorld } from "./world.ts";

export type SimulatorSettings = {
  /** Secrets by access key id: whose calls are let in. */
  accessKeys: ReadonlyMap<string, string>;
  /** How long a session can be finished. */
  ttlSeconds: number;
  /** What transaction and face ids are made from. */
  idSeed: string;
  /** How many log entries are kept. */
  logEntries: number;
  /** Where the provider's own clock stands still. Not given: it runs. */
  frozenAt?: number | null;
  /** How the provider behaves where the documents are silent. Not given: as the notes assume. */
  behaviour?: Partial<Behaviour>;
};

type Options = {
  settings: SimulatorSettings;
  timers?: Timers;
  /** Sends probes and callbacks. Not given: over HTTP. */
  send?: Send;
  onError?: (error: Error) => void;
  stopping?: AbortSignal;
};

const PICTURES_REMEMBERED = 1_000;

/** The provider on your desk: the RPC endpoint, its control surface and the page that plays the phone. */
export function createSimulator({ settings, timers = realTimers, send, onError, ...health }: Options) {
  const http = send ? { send, close: async () => {} } : createSend();
  const { accessKeys, idSeed, ttlSeconds, logEntries, frozenAt = null } = settings;
  const behaviour: Behaviour = { ...USUAL, ...settings.behaviour };
  const make = (resets: number) => createWorld({ timers, frozenAt, logEntries, idSeed, behaviour, resets });
  let world = make(0);
  const reset = () => {
    world.end();
    world = make(world.resets + 1);
  };

  const callbacks = createCallbacks({ send: http.send });
  const judge = createPictureMemory(PICTURES_REMEMBERED);
  const deps = { world: () => world, timers, send: http.send, callbacks, judge };
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

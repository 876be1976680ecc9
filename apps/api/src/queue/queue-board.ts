import { createRequire } from "node:module";
import { dirname } from "node:path";
import { createBullBoard } from "@bull-board/api";
import { HonoAdapter } from "@bull-board/hono";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { type AuthenticateDeps, authenticate } from "../access/authenticate.ts";
import { type CallerEnv, permit } from "../access/permit.ts";

/** Where the board of the queue is. Outside the console, which is one page for all its own addresses. */
export const QUEUE_BOARD = "/queue-board";

export type QueueBoardDeps = AuthenticateDeps & {
  /** The queues to show; none: there is no board. */
  boardQueues?: NonNullable<Parameters<typeof createBullBoard>[0]["queues"]>;
};

/** bull-board asks for its fonts elsewhere, where nothing of ours goes; the reader's own do as well. */
const FOREIGN_FONTS = /<link[^>]+fonts\.googleapis\.com[^>]*>/g;

const UI = dirname(createRequire(import.meta.url).resolve("@bull-board/ui/package.json"));

/** What is in the queue, for admins to look at. Nothing can be done there. */
export function queueBoardRoutes({ boardQueues, ...deps }: QueueBoardDeps) {
  const app = new Hono<CallerEnv>();
  if (!boardQueues) return app;
  const server = new HonoAdapter(serveStatic);
  server.setBasePath(QUEUE_BOARD);
  createBullBoard({
    queues: boardQueues,
    serverAdapter: server,
    options: { uiBasePath: UI, uiConfig: { boardTitle: "Verdict", hideRedisDetails: true, showWorkers: false } },
  });
  app.use("*", authenticate(deps), permit({ permission: "queue.read", concerns: "everything" }));
  app.use("*", async (c, next) => {
    await next();
    if (!c.res.headers.get("Content-Type")?.startsWith("text/html")) return;
    const page = (await c.res.text()).replaceAll(FOREIGN_FONTS, "");
    c.res = new Response(page, { status: c.res.status, headers: c.res.headers });
  });
  app.route("/", server.registerPlugin());
  return new Hono<CallerEnv>().route(QUEUE_BOARD, app);
}

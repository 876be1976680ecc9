import type { Server } from "node:http";
import type { Socket } from "node:net";
import { latestResponse } from "./unreadable.ts";

/** Cuts connections on which nothing moves, unless it is our own answer that is waited for. */
export function cutSilence(server: Server, silenceMs: number): void {
  server.timeout = silenceMs;
  server.on("timeout", (socket: Socket) => {
    const answering = latestResponse(socket)?.writableEnded === false;
    if (!answering || socket.writableLength > 0) socket.destroy();
  });
}

/** The first of those that came together goes after so much of the limit. */
const EARLIEST = 0.5;

const LOOKED_AT_EVERY_MS = 100;

/**
 * Answers 408 to connections that have brought no request, each after a time of its own between half the limit and all of it. Those
 * that came together would else be cut together and come back together, and whoever is honest would wait while all are taken in.
 *
 * One timer for all: with one for each connection, what later requests left behind outlived V8's quick collections, and these took ten
 * milliseconds instead of one.
 */
export function cutLateStarters(server: Server, limitMs: number): void {
  const due = new Map<Socket, number>();
  server.on("connection", (socket: Socket) => {
    due.set(socket, performance.now() + limitMs * (EARLIEST + (1 - EARLIEST) * Math.random()));
  });
  const looking = setInterval(() => {
    const now = performance.now();
    for (const [socket, at] of due) {
      const waits = latestResponse(socket) === undefined && !socket.destroyed;
      if (waits && now < at) continue;
      due.delete(socket);
      if (waits) server.emit("clientError", noRequestCame(), socket);
    }
  }, LOOKED_AT_EVERY_MS);
  looking.unref();
  server.once("close", () => clearInterval(looking));
}

/** As node:http names it when a request takes too long. */
const noRequestCame = (): Error =>
  Object.assign(new Error("no request came in time"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });

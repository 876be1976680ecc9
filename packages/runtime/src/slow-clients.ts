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

/**
 * Answers 408 to connections that have brought no request, each after a time of its own between half the limit and all of it. Those
 * that came together would else be cut together and come back together, and whoever is honest would wait while all are taken in.
 */
export function cutLateStarters(server: Server, limitMs: number): void {
  server.on("connection", (socket: Socket) => {
    const timer = setTimeout(
      () => {
        if (!latestResponse(socket)) server.emit("clientError", noRequestCame(), socket);
      },
      limitMs * (EARLIEST + (1 - EARLIEST) * Math.random()),
    );
    socket.once("close", () => clearTimeout(timer));
  });
}

/** As node:http names it when a request takes too long. */
const noRequestCame = (): Error =>
  Object.assign(new Error("no request came in time"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });

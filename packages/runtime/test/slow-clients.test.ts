import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cutLateStarters } from "../src/slow-clients.ts";
import { answerUnreadable } from "../src/unreadable.ts";

const LIMIT_MS = 4_000;
const CLIENTS = 200;
const LOOKED_AT_EVERY_MS = 100;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is heard of a server that many clients connect to in the same instant. */
function givenClients() {
  const server = new EventEmitter();
  const cut: unknown[] = [];
  answerUnreadable(server as Server, () => {});
  cutLateStarters(server as Server, LIMIT_MS);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    expect(error.code).toBe("ERR_HTTP_REQUEST_TIMEOUT");
    cut.push(socket);
  });
  const sockets = Array.from({ length: CLIENTS }, () => ({ destroyed: false, destroy() {} }));
  for (const socket of sockets) server.emit("connection", socket);
  return { server, sockets, cut };
}

test("clients that came together and bring no request are cut one by one, all of them within the limit", () => {
  const { cut } = givenClients();
  vi.advanceTimersByTime(LIMIT_MS / 2 - 1);
  expect(cut).toHaveLength(0);
  vi.advanceTimersByTime(LIMIT_MS / 4);
  // All or none would be a chance of one in 2^200.
  expect(cut.length).toBeGreaterThan(0);
  expect(cut.length).toBeLessThan(CLIENTS);
  vi.advanceTimersByTime(LIMIT_MS / 4 + LOOKED_AT_EVERY_MS);
  expect(new Set(cut).size).toBe(CLIENTS);
});

test("whoever has brought a request stays, and whoever has left is forgotten", () => {
  const { server, sockets, cut } = givenClients();
  const [asked, left] = sockets;
  if (!asked || !left) throw new Error("no clients");
  server.emit("request", { socket: asked }, new EventEmitter());
  left.destroyed = true;
  vi.advanceTimersByTime(LIMIT_MS + LOOKED_AT_EVERY_MS);
  expect(cut).not.toContain(asked);
  expect(cut).not.toContain(left);
  expect(cut).toHaveLength(CLIENTS - 2);
});

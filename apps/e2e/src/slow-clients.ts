import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { CALLBACK_PATH } from "./callbacks.ts";
import { statusesIn } from "./raw-exchange.ts";

export type SlowClients = {
  /** Resolves when the server has closed the last one, with the statuses each was answered. */
  cut: Promise<number[][]>;
  /** Closes those that are left. */
  close(): void;
};

const BYTE_EVERY_MS = 250;

/** Clients that send a request which never ends, a byte at a time. Resolves when all are connected. */
export async function openSlowClients(port: number, count: number): Promise<SlowClients> {
  const sockets = Array.from({ length: count }, () => connect(port, "127.0.0.1"));
  const endings = sockets.map(statusesUntilClosed);
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  const request = `GET ${CALLBACK_PATH}?callbackToken=`;
  let sent = 0;
  const writing = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write(request[sent] ?? "x");
    sent += 1;
  }, BYTE_EVERY_MS).unref();
  return {
    cut: Promise.all(endings).finally(() => clearInterval(writing)),
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function statusesUntilClosed(socket: Socket): Promise<number[]> {
  const closed = Promise.withResolvers<number[]>();
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  // It goes on writing while the server hangs up.
  socket.on("error", () => {}).on("close", () => closed.resolve(statusesIn(Buffer.concat(chunks))));
  return closed.promise;
}

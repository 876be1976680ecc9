import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { AppProcess } from "./app-process.ts";
import { type Callback, newCallback } from "./callbacks.ts";

export type KillOptions = {
  times: number;
  /** Callbacks that are under way when the kill comes. */
  atOnce: number;
  /** Receivers that start while another one is being killed. */
  ahead: number;
  start: () => Promise<AppProcess>;
  onKill?: (times: number) => void;
};

export type Kills = {
  /** Of each receiver, the callback whose 200 it was killed for. */
  first: Callback[];
  /** Those whose 200 got out besides. */
  others: Callback[];
};

/** Kills one receiver after the other, each at the first byte of its first 200. Throws when one answers no 200. */
export async function killAfter200({ times, atOnce, ahead, start, onKill }: KillOptions): Promise<Kills> {
  const kills: Kills = { first: [], others: [] };
  const pool = startedAhead(times, ahead, start);
  for await (const receiver of pool) {
    const { first, others } = await killAtFirst200(receiver, atOnce);
    kills.first.push(first);
    kills.others.push(...others);
    onKill?.(kills.first.length);
  }
  return kills;
}

/** So many processes one after the other, with the next ones starting meanwhile. Those nobody took are ended. */
async function* startedAhead(times: number, ahead: number, start: () => Promise<AppProcess>) {
  const starting: Promise<AppProcess>[] = [];
  try {
    for (let taken = 0; taken < times; taken++) {
      while (starting.length < Math.min(ahead, times - taken)) {
        const next = start();
        // It is heard when its turn comes.
        next.catch(() => {});
        starting.push(next);
      }
      const next = await starting.shift();
      if (next) yield next;
    }
  } finally {
    for (const left of await Promise.allSettled(starting)) {
      if (left.status === "fulfilled") await left.value.kill("SIGKILL");
    }
  }
}

async function killAtFirst200(receiver: AppProcess, atOnce: number): Promise<{ first: Callback; others: Callback[] }> {
  const requests = await Promise.all(Array.from({ length: atOnce }, () => openRequest(receiver.port)));
  const answered: Callback[] = [];
  for (const { socket, callback } of requests) {
    socket.once("data", (bytes) => {
      if (!bytes.toString("latin1").startsWith("HTTP/1.1 200 ")) return;
      if (answered.push(callback) === 1) void receiver.kill("SIGKILL");
    });
    socket.once("end", () => socket.destroy());
  }
  for (const { socket, callback } of requests)
    socket.write(`GET ${callback.target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await Promise.all(requests.map(({ closed }) => closed));
  await receiver.kill("SIGKILL");

  const [first, ...others] = answered;
  if (!first) throw new Error(`A receiver answered no 200:\n${receiver.output.join("\n")}`);
  return { first, others };
}

type OpenRequest = { socket: Socket; callback: Callback; closed: Promise<void> };

async function openRequest(port: number): Promise<OpenRequest> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const closed = Promise.withResolvers<void>();
  // A killed process resets its connections.
  socket.on("error", () => {}).on("close", () => closed.resolve());
  return { socket, callback: newCallback(), closed: closed.promise };
}

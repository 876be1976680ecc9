import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Serving } from "../src/index.ts";

/** A connection that sends bytes as they are, with the server's end of it. */
export async function openRaw({ server, port }: Serving): Promise<{ client: Socket; accepted: Socket }> {
  const accepting = once(server, "connection");
  const client = connect(port, "127.0.0.1");
  // The server may cut us off, which here is often the point.
  client.on("error", () => {});
  const [accepted] = await accepting;
  return { client, accepted };
}

/** Resolves when a socket has closed, for whatever reason. */
export const closing = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once("close", () => resolve()));

/** All that comes until the server closes the connection. The client itself never does. */
export async function untilClosed(client: Socket): Promise<string> {
  let text = "";
  client.setEncoding("latin1").on("data", (part) => (text += part));
  await closing(client);
  return text;
}

/** Sends bytes and gives all that comes until the server closes the connection. */
export async function sendRaw(serving: Serving, bytes: string | Buffer): Promise<string> {
  const { client } = await openRaw(serving);
  client.write(bytes);
  return untilClosed(client);
}

/** The status codes of all answers in a stream of bytes. */
export const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { type AllowList, type DeliveryClientOptions, openDeliveryClient, PUBLIC_ONLY } from "../src/index.ts";

export type Received = { method: string; path: string; headers: IncomingHttpHeaders; body: string };

export type Receiver = {
  port: number;
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** What has come in so far. */
  received: Received[];
  /** How many connections were opened, whether or not anything came through them. */
  connections(): number;
};

type Answer = (request: Received, response: ServerResponse) => void | Promise<void>;

/** Listens on a free loopback port until the test ends. */
export async function givenReceiver(
  answer: Answer = (_request, response) => void response.end("ok"),
  tls?: { cert: string; key: string },
): Promise<Receiver> {
  const received: Received[] = [];
  let connections = 0;
  const server = (tls ? createTlsServer(tls) : createServer()).on("request", async (request, response) => {
    const { method = "", url = "", headers } = request;
    const whole = { method, path: url, headers, body: await text(request) };
    received.push(whole);
    await answer(whole, response);
  });
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}`, received, connections: () => connections };
}

/** A client for the length of a test. */
export function givenClient(options: DeliveryClientOptions = {}) {
  const client = openDeliveryClient({ timeoutMs: 10_000, ...options });
  onTestFinished(() => client.close(0));
  return client;
}

/** An allow-list of hosts, as the setting would make it. */
export const allowHosts = (...hosts: { host: string; port: number | null }[]): AllowList => ({ ...PUBLIC_ONLY, hosts });

/** Lets a test send to its receiver, and to nothing else. */
export const allowReceiver = ({ port }: { port: number }): AllowList => allowHosts({ host: "127.0.0.1", port });

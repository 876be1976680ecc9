import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { createProviderClient, type ProviderClientOptions } from "../src/client.ts";

export type Heard = { method: string; url: URL; headers: Record<string, string>; body: string };

export const KEY = { accessKeyId: "testid", accessKeySecret: "testsecret" };

/** A provider that answers as it is told, for one test. `heard` has every request whose body arrived whole. */
export async function givenProvider(answer: (res: ServerResponse, req: IncomingMessage) => void) {
  const heard: Heard[] = [];
  let connections = 0;
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)]));
    const url = new URL(req.url ?? "", "http://provider");
    heard.push({ method: req.method ?? "", url, headers, body: Buffer.concat(chunks).toString() });
    answer(res, req);
  });
  server.on("connection", () => connections++);
  const port = await listen(server);
  onTestFinished(() => server.closeAllConnections());
  return { endpoint: `http://127.0.0.1:${port}`, heard, connections: () => connections };
}

/** A listener that treats the bare connection as it likes. */
export async function givenSocket(treat: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    treat(socket);
  });
  const port = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { endpoint: `http://127.0.0.1:${port}`, port };
}

/** An address nobody listens at. */
export async function nowhere(): Promise<string> {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

export function givenClient(endpoint: string, options: Partial<ProviderClientOptions> = {}) {
  const client = createProviderClient({ endpoint, ...KEY, ...options });
  onTestFinished(() => client.close());
  return client;
}

export const json = (res: ServerResponse, body: unknown, httpStatus = 200, headers: Record<string, string> = {}) =>
  res.writeHead(httpStatus, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

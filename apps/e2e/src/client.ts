import { once } from "node:events";
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

export type Client = {
  /** Rejects when the connection breaks before the answer is in. */
  send(target: string, options?: { method?: string; headers?: Readonly<Record<string, string>> }): Promise<Answer>;
  close(): void;
};

/** Sends requests exactly as they are written, over at most so many kept-alive connections. */
export function openClient(port: number, connections = 1): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    async send(target, { method = "GET", headers = {} } = {}) {
      const sent = request({ host: "127.0.0.1", port, path: target, method, headers, agent }).end();
      const [response] = await once(sent, "response");
      return { status: response.statusCode, headers: response.headers, body: await text(response) };
    },
    close: () => agent.destroy(),
  };
}

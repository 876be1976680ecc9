import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Takes whatever is posted, on a free port of this machine, and keeps it: path and body in a line. */
export async function startListener() {
  const heard: string[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    heard.push(`${request.url} ${await text(request)}`);
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    heard,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections();
      return new Promise((stopped) => server.close(stopped));
    },
  };
}

import { once } from "node:events";
import type { Server, ServerOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { SettingsError } from "./settings/settings-error.ts";

type Options = {
  app: { fetch(request: Request, env: HttpBindings): Response | Promise<Response> };
  /** 0: any free one. */
  port: number;
  /** The environment variable that set the port, for the error message. */
  variable: string;
  /** Not given: every address, IPv6 and IPv4. */
  hostname?: string;
  /** Limits of node:http, like maxHeaderSize or requestTimeout. */
  serverOptions?: ServerOptions;
};

export type Serving = {
  /** The real port. */
  port: number;
  server: Server;
  /** Stops listening, lets open requests finish within the limit (5 s), then cuts them. Safe to call twice. */
  close(limitMs?: number): Promise<void>;
};

/** Serves a Hono app; resolves once it listens. A port that is taken is a SettingsError that names the variable. */
export async function serve({ app, port, variable, hostname, serverOptions = {} }: Options): Promise<Serving> {
  // No http2 factory is among the options, so the adaptor makes a plain HTTP server and passes plain HTTP bindings.
  const fetch = (request: Request, env: unknown) => app.fetch(request, env as HttpBindings);
  const server = createAdaptorServer({ fetch, serverOptions }) as Server;
  const listening = once(server, "listening");
  server.listen({ port, host: hostname });
  await listening.catch((error) => {
    throw describe(error, port, variable);
  });
  return {
    port: (server.address() as AddressInfo).port,
    server,
    close: (limitMs = 5_000) => close(server, limitMs),
  };
}

function describe(error: NodeJS.ErrnoException, port: number, variable: string): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return portTaken(port, variable);
    case "EACCES":
      return new SettingsError(`${variable}: this user may not listen on port ${port}; choose one above 1023`);
    default:
      return error;
  }
}

/** The line for a port that somebody else holds. */
export const portTaken = (port: number, variable: string) =>
  new SettingsError(`port ${port} is already in use; set ${variable} to a free one`);

async function close(server: Server, limitMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  // A kept-alive connection stays open after its last answer, and node:http closes it only when told.
  server.prependListener("request", (_, response) => response.setHeader("Connection", "close"));
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const limit = setTimeout(() => server.closeAllConnections(), limitMs);
  await closed.promise;
  clearInterval(idle);
  clearTimeout(limit);
}

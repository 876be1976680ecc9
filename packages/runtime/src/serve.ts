import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http";
import { type AddressInfo, Server as NetServer } from "node:net";
import { getRequestListener, type HttpBindings, RequestError } from "@hono/node-server";
import { SettingsError } from "./settings/settings-error.ts";
import { cutLateStarters, cutSilence } from "./slow-clients.ts";
import {
  answerUnreadable,
  dropUnreadBody,
  type OnUnreadable,
  UNREADABLE_BODY,
  UNREADABLE_HEADERS,
} from "./unreadable.ts";

export type { HttpBindings } from "@hono/node-server";

type Options = {
  app: { fetch(request: Request, env: HttpBindings): Response | Promise<Response> };
  /** 0: any free one. */
  port: number;
  /** The environment variable that set the port, for the error message. */
  variable: string;
  /** Not given: every address, IPv6 and IPv4. */
  hostname?: string;
  /** Others may serve the same port, each a share of its connections. The system must know how: Linux does, macOS does not. */
  shared?: boolean;
  /** Limits of node:http, like maxHeaderSize or requestTimeout. */
  serverOptions?: ServerOptions;
  /** What a stranger may take of us. Not given: what node:http grants. */
  limits?: ConnectionLimits;
  /** Told of every answer that no app has seen, because what came was no request. */
  onUnreadable?: OnUnreadable;
};

/** How much of a connection a client may have. */
export type ConnectionLimits = {
  /** From the connection or a request's first byte to the end of its headers; then 408. A first request may have only half of it. */
  headersMs: number;
  /** The same to the end of its body; not less than headersMs. A client may refuse to take its answer twice as long. */
  requestMs: number;
  /** How long a connection is kept between requests. */
  idleMs: number;
  /** Request line and headers together; then 431. */
  headerBytes: number;
};

export type Serving = {
  /** The real port. */
  port: number;
  server: Server;
  /**
   * Stops listening, answers what comes on open connections for another second, lets open requests finish within the limit (5 s),
   * then cuts them. Safe to call twice.
   */
  close(limitMs?: number): Promise<void>;
};

/**
 * Serves a Hono app; resolves once it listens. A port that is taken is a SettingsError that names the variable. What
 * cannot be read as a request is answered 400, 408 or 431 with `{"status":"refused"}`, and the connection is closed.
 */
export async function serve({
  port,
  variable,
  hostname,
  shared = false,
  onUnreadable = () => {},
  ...rest
}: Options): Promise<Serving> {
  const { app, serverOptions = {}, limits } = rest;
  const server = createServer({ ...serverOptions, ...(limits && optionsOf(limits)), requireHostHeader: false });
  server.on("request", requestHandler(app, onUnreadable));
  // An expectation nobody knows is no reason for an answer that no app has seen.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  answerUnreadable(server, onUnreadable);
  if (limits) {
    cutLateStarters(server, limits.headersMs);
    // Later than the 408 that a silent client gets.
    cutSilence(server, 2 * limits.requestMs);
  }

  const listening = once(server, "listening");
  server.listen({ port, host: hostname, reusePort: shared });
  await listening.catch((error) => {
    throw describe(error, port, variable);
  });
  return {
    port: (server.address() as AddressInfo).port,
    server,
    close: (limitMs = 5_000) => close(server, limitMs),
  };
}

const optionsOf = ({ headersMs, requestMs, idleMs, headerBytes }: ConnectionLimits): ServerOptions => ({
  headersTimeout: headersMs,
  requestTimeout: requestMs,
  keepAliveTimeout: idleMs,
  // A client that believes the announced time must not meet a closed door.
  keepAliveTimeoutBuffer: Math.min(idleMs, 1_000),
  maxHeaderSize: headerBytes,
  // The time limits are only looked at this often.
  connectionsCheckingInterval: Math.ceil(Math.min(headersMs, requestMs) / 5),
});

/** Passes requests to the app, and answers those whose target or Host header makes no URL. */
function requestHandler(app: Options["app"], onUnreadable: OnUnreadable) {
  const fetch = (request: Request, env: unknown) => app.fetch(request, env as HttpBindings);
  const noStore = { "Cache-Control": "no-store" };
  /** A request that makes no URL is found out before the listener returns, so this is the one it is about. */
  let current: IncomingMessage | undefined;
  const errorHandler = (error: unknown) => {
    if (!(error instanceof RequestError)) return new Response(null, { status: 500, headers: noStore });
    onUnreadable(400, current?.socket.remoteAddress);
    return new Response(UNREADABLE_BODY, { status: 400, headers: UNREADABLE_HEADERS });
  };
  // HTTP/1.0, as simple health checks speak it, knows no Host header; those get this one.
  const listener = getRequestListener(fetch, { hostname: "localhost", errorHandler });

  return (request: IncomingMessage, response: ServerResponse): void => {
    dropUnreadBody(request, response);
    if (request.headers.host === undefined && request.httpVersion !== "1.0") {
      onUnreadable(400, request.socket.remoteAddress);
      response.writeHead(400, UNREADABLE_HEADERS).end(UNREADABLE_BODY);
      return;
    }
    current = request;
    void listener(request, response);
  };
}

function describe(error: NodeJS.ErrnoException, port: number, variable: string): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return portTaken(port, variable);
    case "EACCES":
      return new SettingsError(`${variable}: this user may not listen on port ${port}; choose one above 1023`);
    case "ENOTSUP":
      return new SettingsError("PROCESSES_EACH: on this system no two processes can share a port; set it to 1");
    default:
      return error;
  }
}

/** The line for a port that somebody else holds. */
export const portTaken = (port: number, variable: string) =>
  new SettingsError(`port ${port} is already in use; set ${variable} to a free one`);

/** So long a kept-alive connection may bring one more request, which is answered as its last. */
const LAST_REQUEST_MS = 1_000;

async function close(server: Server, limitMs: number): Promise<void> {
  if (!server.listening) return;
  server.prependListener("request", (_, response) => response.setHeader("Connection", "close"));
  const closed = Promise.withResolvers<void>();
  // Not node:http's own, which at once cuts connections on which the next request may be on its way.
  NetServer.prototype.close.call(server, () => closed.resolve());
  let closing: NodeJS.Timeout | undefined;
  const lastRequest = setTimeout(
    () => {
      closing = setInterval(() => server.closeIdleConnections(), 20);
    },
    Math.min(LAST_REQUEST_MS, limitMs / 2),
  );
  const limit = setTimeout(() => server.closeAllConnections(), limitMs);
  await closed.promise;
  for (const timer of [lastRequest, closing, limit]) clearTimeout(timer);
  // What is left of node:http's own: its checks for slow clients.
  server.close();
}

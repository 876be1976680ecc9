import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What is answered to bytes that are no request: broken ones, ones that take too long, ones with too large headers. */
export type UnreadableStatus = 400 | 408 | 431;

/** Told of every such answer. */
export type OnUnreadable = (status: UnreadableStatus, remoteAddress: string | undefined) => void;

/** What these answers have in common: nobody may keep them, and nothing is read behind bytes that made no sense. */
export const UNREADABLE_BODY = JSON.stringify({ status: "refused" });
export const UNREADABLE_HEADERS = {
  "Content-Type": "application/json",
  "Content-Length": String(UNREADABLE_BODY.length),
  "Cache-Control": "no-store",
  Connection: "close",
};

const reasons = { 400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large" };

/** How long a client may take to read its last answer. Closing at once would take the answer away from it. */
const LINGER_MS = 500;

/**
 * Answers in place of node:http what never became a request, and closes the connection, also when the client goes on
 * writing or never reads. Answers still owed to earlier requests of the connection go out first.
 */
export function answerUnreadable(server: Server, report: OnUnreadable): void {
  const ending = new WeakSet<object>();
  server.prependListener("request", (request, response) => {
    (request.socket as AnsweringSocket)[LATEST] = response;
    response.on("close", forget);
  });

  server.on("clientError", (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as Socket;
    // More bytes that make no sense are another error.
    if (ending.has(socket)) return;
    ending.add(socket);
    const status = statusOf(error);
    const response = latestResponse(socket);
    const answer = () => end(socket, status, report);
    if (status === null || !response || response.closed) return answer();
    if (response.req.complete) response.once("close", answer);
    // The error lies in the body of this very request, so this is its answer, unless it has got one.
    else if (response.headersSent) socket.destroy();
    else answer();
  });
}

/** On the socket itself: this is written for every request, and costs less there than in a map beside it. */
const LATEST = Symbol("latest response");
type AnsweringSocket = Socket & { [LATEST]?: ServerResponse | null };

/** The answer to the latest request of a connection while it is owed, null once it is given, undefined before the first request. */
export const latestResponse = (socket: Socket): ServerResponse | null | undefined =>
  (socket as AnsweringSocket)[LATEST];

/**
 * A connection that waits for its next request would else keep all of the last one alive, beyond V8's quick collections: with 64 of
 * them these took twice to five times as long.
 */
function forget(this: ServerResponse): void {
  const socket = this.req.socket as AnsweringSocket;
  if (socket[LATEST] === this) socket[LATEST] = null;
}

function statusOf({ code = "" }: NodeJS.ErrnoException): UnreadableStatus | null {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return 408;
  if (code === "HPE_HEADER_OVERFLOW") return 431;
  // Anything else is the connection's own trouble, like ECONNRESET.
  return code.startsWith("HPE_") ? 400 : null;
}

function end(socket: Socket, status: UnreadableStatus | null, report: OnUnreadable): void {
  if (status === null || !socket.writable) return void socket.destroy();
  // Afterwards the socket knows it no more.
  const { remoteAddress } = socket;
  const headers = Object.entries(UNREADABLE_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${reasons[status]}\r\n${headers.join("")}\r\n${UNREADABLE_BODY}`);
  later(socket, () => socket.destroy());
  report(status, remoteAddress);
}

/**
 * Closes the connection of an answered request whose body never ends: nobody will read it, and until it ends the
 * connection serves nothing else. A body that ends soon enough costs the client nothing.
 */
export function dropUnreadBody(request: IncomingMessage, response: ServerResponse): void {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (length === undefined && encoding === undefined) return;
  response.once("finish", () => {
    if (!request.complete) later(request.socket, () => request.complete || request.socket.destroy());
  });
}

function later(socket: Socket, act: () => void): void {
  const timer = setTimeout(act, LINGER_MS);
  socket.once("close", () => clearTimeout(timer));
}

import { once } from "node:events";
import { connect } from "node:net";
import { answerParser } from "./answer-parser.ts";

export type Connection = {
  /**
   * The sender's own note: when the request under way was sent, or should have been; or since when the connection is
   * free.
   */
  since: number;
  send(request: string): void;
  close(): void;
};

/**
 * A kept-alive connection to a contestant. Bare sockets: an HTTP client library costs more than most of what is
 * measured, on a machine that it shares with the server, and would make the contestants look alike.
 */
export async function openConnection(
  port: number,
  onAnswer: (connection: Connection, status: number) => void,
  onLost: (reason: Error) => void,
): Promise<Connection> {
  const parse = answerParser((status) => onAnswer(connection, status));
  let closing = false;
  const socket = connect({
    port,
    host: "127.0.0.1",
    noDelay: true,
    // One buffer for the connection's life, past the stream machinery.
    onread: {
      buffer: Buffer.allocUnsafe(16_384),
      callback(length, bytes) {
        try {
          parse(bytes, length);
        } catch (error) {
          onLost(error instanceof Error ? error : new Error(String(error)));
        }
        return true;
      },
    },
  });
  const connection: Connection = {
    since: 0,
    send: (request) => void socket.write(request, "latin1"),
    close() {
      closing = true;
      socket.destroy();
    },
  };
  await once(socket, "connect");
  socket.on("error", onLost);
  socket.on("close", () => closing || onLost(new Error("The server closed a connection.")));
  return connection;
}

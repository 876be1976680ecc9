import { connect } from "node:net";

export type RawExchange = {
  /** Of every answer that came, in order. */
  statuses: number[];
};

/**
 * Writes bytes as they are and reads until the server closes the connection, which it may do without an answer. `ends`:
 * the client closes its side behind the last byte, where the server would have to wait for more.
 */
export async function rawExchange(port: number, bytes: Buffer, ends: boolean): Promise<RawExchange> {
  const closed = Promise.withResolvers<void>();
  const chunks: Buffer[] = [];
  const socket = connect(port, "127.0.0.1");
  socket.on("data", (chunk) => chunks.push(chunk));
  // A server that hangs up on bytes under way resets the connection.
  socket.on("error", () => {}).on("close", () => closed.resolve());
  if (ends) socket.end(bytes);
  else socket.write(bytes);
  await closed.promise;
  return { statuses: statusesIn(Buffer.concat(chunks)) };
}

/** No body of ours repeats what a client has sent, so a status line is one wherever it stands. */
export const statusesIn = (answers: Buffer): number[] =>
  [...answers.toString("latin1").matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

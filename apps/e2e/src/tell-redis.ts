import { once } from "node:events";
import { connect } from "node:net";

/** Gives a Redis one command, as a person at a terminal would. Throws what it has against it. */
export async function tellRedis(url: string, command: "FLUSHALL" | "CLIENT KILL TYPE normal"): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    socket.write(`${command}\r\n`);
    const [answer]: Buffer[] = await once(socket, "data");
    if (!/^[+:]/.test(answer?.toString() ?? "")) throw new Error(`Redis answered ${command} with ${answer}`);
  } finally {
    socket.destroy();
  }
}

import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

/** A port in the place of a store that notices whoever connects. */
export type ConnectionSpy = {
  port: number;
  /** How many have connected until now. */
  connections(): Promise<number>;
  close(): Promise<void>;
};

/** Takes every connection and hangs up. */
export async function standSpy(): Promise<ConnectionSpy> {
  let connections = 0;
  let ours = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => {}).destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async connections() {
      // The system hands connections out in their order: when ours is hung up, all earlier ones have been counted.
      ours += 1;
      await once(connect(port, "127.0.0.1").resume(), "close");
      return connections - ours;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

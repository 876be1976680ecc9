import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openQueue, QueueUnavailableError, reconcileReceipts } from "../src/index.ts";

/** A store that hangs up on everybody and counts them. */
async function givenSpy() {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, connections: () => connections };
}

test.each(["redis", "postgres"])(
  "a handle on %s that nobody asks opens no connection, nor when it was lost",
  async (scheme) => {
    const spy = await givenSpy();
    const queue = openQueue({ url: `${scheme}://user:pass@${spy.address}/0`, timeoutMs: 5_000 });
    onTestFinished(() => queue.close());
    const bystander = await givenSpy();
    const passTime = () => expect(openQueue({ url: `redis://${bystander.address}` }).ping()).rejects.toThrow();
    await passTime();
    expect(spy.connections()).toBe(0);

    await expect(queue.enqueue(reconcileReceipts, { claims: "{}" })).rejects.toThrow(QueueUnavailableError);
    const tried = spy.connections();
    expect(tried).toBeGreaterThan(0);
    await passTime();
    expect(spy.connections()).toBe(tried);
  },
);

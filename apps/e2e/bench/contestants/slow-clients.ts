import { connect } from "node:net";

/** Holds SLOW_CLIENTS connections to PORT, each sending one byte a second of a request that never ends. One that is cut comes again. */
const port = Number(process.env.PORT);
const count = Number(process.env.SLOW_CLIENTS);
const BYTE_EVERY_MS = 1_000;
let connected = 0;

function openOne(): void {
  const socket = connect(port, "127.0.0.1");
  const request = "GET /callbacks/default?callbackToken=";
  let sent = 0;
  const writing = setInterval(() => {
    socket.write(request[sent] ?? "x");
    sent += 1;
  }, BYTE_EVERY_MS);
  socket.once("connect", () => {
    connected += 1;
    if (connected === count) process.send?.({ type: "ready" });
  });
  // It goes on writing while the server hangs up.
  socket.on("error", () => undefined).resume();
  socket.once("close", () => {
    clearInterval(writing);
    openOne();
  });
}

process.on("disconnect", () => process.exit());
for (let index = 0; index < count; index += 1) openOne();

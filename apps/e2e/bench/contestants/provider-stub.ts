import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Answers every call like a CheckResult that passed, after ANSWER_DELAY_MS. */
const delayMs = Number(process.env.ANSWER_DELAY_MS ?? 0);
const answer = JSON.stringify({
  RequestId: "58D5563D-AB2C-431E-A315-128862C33A4F",
  Code: "Success",
  Message: "success",
  Result: { Passed: "Y", SubCode: "200", ExtInfo: "{}" },
});
let calls = 0;

const server = createServer(async (request, response) => {
  calls += 1;
  request.resume();
  if (delayMs > 0) await pause(delayMs);
  response.writeHead(200, { "content-type": "application/json", "content-length": answer.length });
  response.end(answer);
});

process.on("message", () => process.send?.({ type: "counted", calls }));
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => {
  process.send?.({ type: "ready", port: (server.address() as AddressInfo).port });
});

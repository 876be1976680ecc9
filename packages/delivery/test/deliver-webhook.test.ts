import type { ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { deliverWebhook, newWebhookSecret } from "../src/index.ts";
import { allowReceiver, givenClient, givenReceiver, type Received } from "./receiver.ts";

const secret = newWebhookSecret();
const payload = JSON.stringify({ type: "verification.passed", data: { id: "ü€𝕏" } });

async function deliverTo(answer: (request: Received, response: ServerResponse) => void) {
  const receiver = await givenReceiver(answer);
  const client = givenClient({ allowed: allowReceiver(receiver) });
  const delivery = { url: receiver.url, secrets: [newWebhookSecret(), secret], id: "evt_1", payload };
  const attempt = await deliverWebhook(delivery, { client, now: () => new Date() });
  return { attempt, receiver };
}

test("what arrives is verified by the reference library, byte for byte", async () => {
  const { attempt, receiver } = await deliverTo((_request, response) => void response.writeHead(204).end());
  expect(attempt).toEqual({
    outcome: "delivered",
    status: 204,
    error: null,
    body: "",
    durationMs: expect.any(Number),
    retryAfterMs: null,
  });
  const [request] = receiver.received;
  expect(request?.headers["content-type"]).toBe("application/json");
  const verified = new Webhook(secret).verify(request?.body ?? "", request?.headers as Record<string, string>);
  expect(verified).toEqual(JSON.parse(payload));
});

test("410 says that the endpoint is gone", async () => {
  const { attempt } = await deliverTo((_request, response) => void response.writeHead(410).end("bye"));
  expect(attempt).toMatchObject({ outcome: "gone", status: 410, body: "bye" });
});

test("a redirect has failed, and is said to be one", async () => {
  const { attempt } = await deliverTo(
    (_request, response) => void response.writeHead(302, { location: "http://169.254.169.254/" }).end(),
  );
  expect(attempt).toMatchObject({
    outcome: "failed",
    status: 302,
    error: "It answered 302, a redirect, which is never followed",
  });
});

test("a pause the endpoint asks for is told", async () => {
  const { attempt } = await deliverTo(
    (_request, response) => void response.writeHead(503, { "retry-after": "120" }).end("later"),
  );
  expect(attempt).toMatchObject({ outcome: "failed", status: 503, body: "later", retryAfterMs: 120_000 });
});

test("a connection that breaks has failed without a status", async () => {
  const { attempt } = await deliverTo((_request, response) => void response.destroy());
  expect(attempt).toMatchObject({
    outcome: "failed",
    status: null,
    error: expect.stringContaining("connection failed"),
  });
});

test("a target that must not be sent to is never connected to, and the reason is told", async () => {
  const receiver = await givenReceiver();
  const delivery = { url: receiver.url, secrets: [secret], id: "evt_1", payload };
  const attempt = await deliverWebhook(delivery, { client: givenClient(), now: () => new Date() });
  expect(attempt).toMatchObject({ outcome: "failed", status: null });
  expect(attempt.error).toBe(
    "Nothing was sent. The host is this machine itself. An operator can allow an internal target in DELIVERY_ALLOWED_TARGETS.",
  );
  expect(receiver.connections()).toBe(0);
});

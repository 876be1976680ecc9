import { randomUUIDv7 } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, BlockList } from "node:net";
import { text } from "node:stream/consumers";
import {
  createEndpoint,
  type Db,
  type Endpoint,
  fanOutEvents,
  findEndpoint,
  findNextDelivery,
  findVerification,
  listDeliveries,
  type MutableState,
  type NewEndpoint,
  raiseAlert,
  settle,
  type Verification,
} from "@verdict/db";
import { deliverWebhook, newWebhookSecret, nextAttempt, openDeliveryClient } from "@verdict/delivery";
import { type DeliverDeps, deliverySender, detailCipher, type SendLimits, sealEndpointSecret } from "@verdict/services";
import { until } from "@verdict/testkit";
import { Webhook } from "standardwebhooks";
import { onTestFinished } from "vitest";

export type Told = {
  id: string;
  type: string;
  timestamp: string;
  route: string;
  subjectId: string;
  verificationId: string;
  version: number;
  data: Record<string, unknown>;
};

export type Heard = { headers: Record<string, string>; body: string; event: Told };

export const cipher = detailCipher([{ kid: "d1", key: Buffer.from("a key that only the tests know..") }]);

/** An HTTP server that keeps what it hears, and answers as the test says. */
export async function givenListener(
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
    void response.writeHead(204).end(),
) {
  const heard: Heard[] = [];
  let answering = answer;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    heard.push({ headers: request.headers as Record<string, string>, body, event: JSON.parse(body) });
    answering(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    heard,
    answers: (next: typeof answer) => {
      answering = next;
    },
  };
}

/** Answers with a status, and takes what it was sent if that is a good one. */
export const saying = (status: number) => (_request: IncomingMessage, response: ServerResponse) =>
  void response.writeHead(status).end();

/** An endpoint, with the secret its owner knows. */
export async function givenEndpoint(db: Db, changes: Partial<NewEndpoint> & { url: string }) {
  const id = randomUUIDv7();
  const secret = newWebhookSecret();
  const row = { id, name: id, types: null, routes: null, createdBy: "ann", createdAt: new Date(), ...changes };
  await createEndpoint(db, { ...row, secret: sealEndpointSecret(cipher, id, secret) });
  return { id, secret };
}

/**
 * Delivers as a worker does, by a clock of its own that stands still unless the test moves it. `atReference`: what the reference library
 * makes of a request at that time.
 */
export function courier(db: Db, limits: SendLimits & Partial<Pick<DeliverDeps, "random" | "deliver">> = {}) {
  const clock = { at: Date.parse("2026-03-01T12:00:00.000Z") };
  const now = () => new Date(clock.at);
  const allowed = { hosts: [{ host: "127.0.0.1", port: null }], networks: new BlockList() };
  const client = openDeliveryClient({ allowed, timeoutMs: 5_000 });
  onTestFinished(() => client.close(0));
  const disabled: string[] = [];
  const errors: unknown[] = [];
  const sender = deliverySender(
    {
      ...{ db, now, cipher, random: limits.random ?? (() => 0.5) },
      deliver: limits.deliver ?? ((webhook) => deliverWebhook(webhook, { client, now })),
      pauseAfter: nextAttempt,
      onFailure: () => {},
      onDisabled: (id, why) => void disabled.push(`${id} ${why}`),
      onError: (_due, error) => void errors.push(error),
    },
    limits,
  );
  /** Makes deliveries of all there is. */
  const fanOut = () =>
    until(async () => {
      const made = await fanOutEvents(db, { now: now(), limit: 100 });
      return made.kind === "done" && made.events < 100 && !made.pending;
    });
  /** Sends what is due until nothing is. */
  const drain = async () => {
    while ((await sender.round()) > 0) await sender.idle();
  };
  return {
    ...{ clock, now, disabled, errors, sender, fanOut, drain },
    /** Lives through so long, attempt by attempt, as each comes due. */
    async pass(ms: number) {
      const end = clock.at + ms;
      await fanOut();
      await drain();
      for (;;) {
        const next = await findNextDelivery(db, now());
        if (!next || next.getTime() > end) break;
        clock.at = next.getTime();
        await drain();
      }
      clock.at = end;
    },
  };
}

/** Whether the reference library takes a request, which refuses what is older than five minutes by the machine's clock. */
export function verified({ headers, body }: Heard, secret: string): unknown {
  const at = Number(headers["webhook-timestamp"]) * 1_000;
  const real = Date.now;
  Date.now = () => at;
  try {
    return new Webhook(secret).verify(body, headers);
  } finally {
    Date.now = real;
  }
}

export async function endpointOf(db: Db, id: string): Promise<Endpoint> {
  const found = await findEndpoint(db, id);
  if (!found) throw new Error("There is no such endpoint.");
  return found;
}

export const deliveriesOf = (db: Db, endpointId: string) => listDeliveries(db, { endpointId }, { limit: 1_000 });

export const HOUR = 3_600_000;

/** Takes a verification to a status, as settling does. */
export async function move(db: Db, id: string, to: Verification["status"], at: Date): Promise<void> {
  const held = await findVerification(db, id);
  if (!held) throw new Error("There is no such verification.");
  const version = held.version + 1;
  const state = { ...held, ...RESULTS[to], status: to };
  const transition = { verificationId: id, version, from: held.status, to, cause: "a test", actor: "worker", at };
  await settle(
    db,
    {
      changes: [{ id, from: held.version, version, state, endsAsking: true }],
      transitions: [{ ...transition, receiptId: null, checkId: null }],
      ...{ discrepancies: [], checks: [], receipts: [] },
    },
    at,
  );
}

const RESULTS: Partial<Record<Verification["status"], Partial<MutableState>>> = {
  claimed: { claimPassed: true, claimSubCode: "200" },
  passed: { passed: true, subCode: "200", outcomeSource: "check_result" },
  failed: { passed: false, subCode: "204", outcomeSource: "check_result" },
  expired: { outcomeSource: "verify_log" },
};

/** Puts one event on record: that of an alert about a route. */
export async function givenEvent(db: Db, route = "default"): Promise<void> {
  const id = randomUUIDv7();
  const alert = { rule: `a test ${id}`, severity: "warning", route, verificationId: null, detail: "a test" } as const;
  await raiseAlert(db, { id, ...alert, at: new Date() });
}

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Stage } from "./stage.ts";

/** What a session came to, and what it had to come to. */
export type Walked = { id: string; status: string; subCode: string | null; expected: string };

const RESULTS = [
  { passed: "Y", subCode: "200", status: "passed" },
  { passed: "N", subCode: "205", status: "failed" },
  { passed: "Y", subCode: "200", status: "passed" },
  { passed: "N", subCode: "204", status: "failed" },
] as const;

const ENDED = new Set(["passed", "failed", "expired", "init_failed", "unresolvable", "voided"]);

/** As long as an integrator would stay with it. */
const PATIENCE_MS = 60_000;

/** One user from start to outcome, by way of an integrator that asks again when it gets no answer. */
export async function walkSession({ apiUrl, apiKey, simulatorUrl }: Stage, nth: number): Promise<Walked> {
  const until = Date.now() + PATIENCE_MS;
  const { passed, subCode, status } = RESULTS[nth % RESULTS.length] ?? RESULTS[0];
  const { id, transactionId } = await start({ apiUrl, apiKey }, until, nth);
  if (transactionId) {
    await again(until, simulatorUrl, `/_sim/transactions/${transactionId}/complete`, null, { passed, subCode });
  }
  for (;;) {
    const held = await again(until, apiUrl, `/v1/verifications/${id}?wait=2`, apiKey);
    if (ENDED.has(String(held.status)) || Date.now() > until) {
      return { id: String(id), status: String(held.status), subCode: text(held.subCode), expected: status };
    }
  }
}

/** The provider starts nothing while it cannot reach our callback endpoint. Then the user begins anew. */
async function start({ apiUrl, apiKey }: Pick<Stage, "apiUrl" | "apiKey">, until: number, nth: number): Promise<Json> {
  for (;;) {
    const started = await again(until, apiUrl, "/v1/verifications", apiKey, {
      product: "FACE_VERIFY",
      merchantBizId: randomUUID().replaceAll("-", ""),
      merchantUserId: `user-${nth}`,
      metaInfo: "{}",
      facePictureUrl: "https://images.example.com/face.jpg",
    });
    if (started.code !== "provider_refused" || Date.now() > until) return started;
  }
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** The provider has said no. */
const REFUSED = 422;

type Json = Record<string, unknown>;

/** Until it is answered well, or refused for good; one attempt may hang. Throws when that has gone on for too long. */
async function again(until: number, base: string, path: string, key: string | null, body?: Json): Promise<Json> {
  const headers = { "Content-Type": "application/json", ...(key && { Authorization: `Bearer ${key}` }) };
  for (;;) {
    const attempt = await fetch(base + path, {
      headers,
      signal: AbortSignal.timeout(6_000),
      ...(body && { method: "POST", body: JSON.stringify(body) }),
    }).then(
      async (answer) =>
        answer.ok || answer.status === REFUSED
          ? ((await answer.json()) as Json)
          : `${answer.status}: ${await answer.text()}`,
      (error: unknown) => String(error),
    );
    if (typeof attempt !== "string") return attempt;
    if (Date.now() > until) throw new Error(`${path} was not answered: ${attempt}`);
    await pause(100);
  }
}

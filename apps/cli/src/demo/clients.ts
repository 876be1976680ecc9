import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";

/** One verification as the API shows it, as far as the demo looks at it. */
const Verification = z.object({
  id: z.string(),
  status: z.string(),
  passed: z.boolean().nullable(),
  subCode: z.string().nullable(),
  transactionId: z.string().nullable(),
  outcome: z.object({ source: z.string(), confirmedAt: z.string().nullable() }).nullable(),
  checkCount: z.number(),
});
export type Verification = z.output<typeof Verification>;

const TimelineItem = z.looseObject({ type: z.string(), at: z.string() });
export type TimelineItem = z.output<typeof TimelineItem>;
const Timeline = z.object({ items: z.array(TimelineItem) });

const LogEntry = z.object({
  seq: z.number(),
  at: z.string(),
  direction: z.enum(["in", "out"]),
  operation: z.string(),
  transactionId: z.string().nullable(),
  httpStatus: z.number().nullable(),
  code: z.string(),
});
export type LogEntry = z.output<typeof LogEntry>;

/** The provider's refusal of an address it has tried in vain. */
const Unreachable = z.object({
  code: z.literal("provider_refused"),
  providerCode: z.literal("InvalidParameter"),
  detail: z.string().includes("CallbackUrl"),
});

/** After so many answers that say "not now", something is wrong with more than one request. */
const TRIES = 120;

type Answer = { status: number; body: unknown };

/** Repeats while the answer is "not now" or the process is just being restarted, as any integrator's server should. */
async function persist(request: () => Promise<Response>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await request();
      const body: unknown = await response.json().catch(() => null);
      const inProgress =
        response.status === 409 && z.object({ code: z.literal("in_progress") }).safeParse(body).success;
      const notNow = response.status >= 500 || response.status === 429 || inProgress;
      if (!notNow || attempt === TRIES) return { status: response.status, body };
    } catch (error) {
      if (attempt === TRIES) throw error;
    }
    await pause(Math.min(1_000, 100 * attempt));
  }
}

const expectStatus = (answer: Answer, wanted: number, what: string): unknown => {
  if (answer.status === wanted) return answer.body;
  throw new Error(`${what} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
};

export type ApiClient = ReturnType<typeof apiClient>;
export type SimulatorClient = ReturnType<typeof simulatorClient>;

/** The integrator's server. */
export function apiClient(base: string, apiKey: string) {
  const headers = { Authorization: `Bearer ${apiKey}`, "Content-Type": "application/json" };
  return {
    /** Null: the provider tried the receiver before it opened the session, and could not reach it. */
    async start(body: Record<string, unknown>): Promise<Verification | null> {
      const answer = await persist(() =>
        fetch(`${base}/v1/verifications`, { method: "POST", headers, body: JSON.stringify(body) }),
      );
      if (answer.status === 422 && Unreachable.safeParse(answer.body).success) return null;
      return Verification.parse(expectStatus(answer, 201, "POST /v1/verifications"));
    },
    /** Waits up to `seconds` for the outcome. */
    async get(id: string, seconds: number): Promise<Verification> {
      const answer = await persist(() => fetch(`${base}/v1/verifications/${id}?wait=${seconds}`, { headers }));
      return Verification.parse(expectStatus(answer, 200, "GET /v1/verifications/:id"));
    },
    async timeline(id: string): Promise<TimelineItem[]> {
      const answer = await persist(() => fetch(`${base}/v1/verifications/${id}/timeline`, { headers }));
      return Timeline.parse(expectStatus(answer, 200, "GET …/timeline")).items;
    },
  };
}

/** The provider and its users, played. */
export function simulatorClient(base: string) {
  const send = (method: string, path: string, body?: unknown) =>
    persist(() =>
      fetch(`${base}/_sim${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
      }),
    );
  return {
    /** Returns what the simulator has against the plan, or null when it took it. */
    async setFaults(plan: unknown): Promise<string | null> {
      const answer = await send("PUT", "/faults", plan);
      if (answer.status === 400) return JSON.stringify(answer.body);
      expectStatus(answer, 200, "PUT /_sim/faults");
      return null;
    },
    /** False: the provider had already ended this session by itself, as its fault plan may have it. */
    async end(transactionId: string, how: "complete" | "abandon", body: unknown): Promise<boolean> {
      const answer = await send("POST", `/transactions/${transactionId}/${how}`, body);
      if (answer.status === 409) return false;
      if (answer.status !== 200 && answer.status !== 202) expectStatus(answer, 200, `POST …/${how}`);
      return true;
    },
    async lastSeq(): Promise<number> {
      return (await this.log(0)).at(-1)?.seq ?? 0;
    },
    async log(since: number): Promise<LogEntry[]> {
      return z.array(LogEntry).parse(expectStatus(await send("GET", `/log?since=${since}`), 200, "GET /_sim/log"));
    },
  };
}

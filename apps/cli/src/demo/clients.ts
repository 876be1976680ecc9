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

const Faults = z.object({ calls: z.object({ contradict: z.number() }) });

const Session = z.object({ transactionId: z.string(), state: z.string() });

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

/** When nobody has heard anything but "not now" for so long, more is wrong than a restart. */
const PATIENCE_MS = 180_000;

type Answer = { status: number; body: unknown };

/** Lets a request wait until it may be made. */
export type Turn = <T>(request: () => Promise<T>) => Promise<T>;

/** Repeats while the answer is "not now" or the process is just being restarted, as any integrator's server should. */
function persistence() {
  let heardAt = performance.now();
  return async (request: () => Promise<Response>): Promise<Answer> => {
    let refusedAt: number | null = null;
    for (let attempt = 1; ; attempt++) {
      const gone = refusedAt !== null && performance.now() - Math.max(refusedAt, heardAt) > PATIENCE_MS;
      try {
        const response = await request();
        const body: unknown = await response.json().catch(() => null);
        const notNow = response.status >= 500 || response.status === 429;
        if (!notNow) heardAt = performance.now();
        const inProgress = response.status === 409 && InProgress.safeParse(body).success;
        if (gone || !(notNow || inProgress)) return { status: response.status, body };
      } catch (error) {
        if (gone) throw new Error("Nobody has had an answer for three minutes.", { cause: error });
      }
      refusedAt ??= performance.now();
      await pause(Math.min(1_000, 100 * attempt));
    }
  };
}

const InProgress = z.object({ code: z.literal("in_progress") });

const expectStatus = (answer: Answer, wanted: number, what: string): unknown => {
  if (answer.status === wanted) return answer.body;
  throw new Error(`${what} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
};

export type ApiClient = ReturnType<typeof apiClient>;
export type SimulatorClient = ReturnType<typeof simulatorClient>;

/** The integrator's server. */
export function apiClient(base: string, apiKey: string) {
  const headers = { Authorization: `Bearer ${apiKey}`, "Content-Type": "application/json" };
  const persist = persistence();
  return {
    /**
     * The same body gives the same verification, however often it takes. Each try waits for its own turn, so that one that
     * has to be repeated holds up nobody. Null: the provider tried the receiver before it opened the session, in vain.
     */
    async start(body: Record<string, unknown>, turn: Turn): Promise<Verification | null> {
      const answer = await persist(() =>
        turn(() => fetch(`${base}/v1/verifications`, { method: "POST", headers, body: JSON.stringify(body) })),
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
  const persist = persistence();
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
    /** Whether the plan in force has the provider take back what it has said. */
    async contradicts(): Promise<boolean> {
      return Faults.parse(expectStatus(await send("GET", "/faults"), 200, "GET /_sim/faults")).calls.contradict > 0;
    },
    /** False: the session had already ended, by the fault plan or because the visitor came too late. */
    async end(transactionId: string, how: "complete" | "abandon", body: unknown): Promise<boolean> {
      const answer = await send("POST", `/transactions/${transactionId}/${how}`, body);
      if (answer.status === 409) return false;
      if (answer.status !== 200 && answer.status !== 202) expectStatus(answer, 200, `POST …/${how}`);
      return true;
    },
    /** What the provider holds every session to be in, by transaction. */
    async states(): Promise<Map<string, string>> {
      const sessions = z
        .array(Session)
        .parse(expectStatus(await send("GET", "/transactions"), 200, "GET …/transactions"));
      return new Map(sessions.map(({ transactionId, state }) => [transactionId, state]));
    },
    async lastSeq(): Promise<number> {
      return (await this.log(0)).at(-1)?.seq ?? 0;
    },
    async log(since: number): Promise<LogEntry[]> {
      return z.array(LogEntry).parse(expectStatus(await send("GET", `/log?since=${since}`), 200, "GET /_sim/log"));
    },
  };
}

import { setTimeout as pause } from "node:timers/promises";
import type { ApiClient, LogEntry, SimulatorClient, TimelineItem, Turn, Verification } from "./clients.ts";
import type { Visitor } from "./plan.ts";
import { slots } from "./slots.ts";

/** What became of one visitor: what the provider holds to be true, and what the stack says about it. */
export type Visit = {
  visitor: Visitor;
  /** What the visitor did, unless the session had ended before they could. */
  truth: Visitor["behaviour"];
  verification: Verification;
  timeline: TimelineItem[];
  /** When the visitor was through, by this machine's clock. */
  endedAt: Date;
};

type Deps = {
  api: ApiClient;
  simulator: SimulatorClient;
  /** Makes the ids of this run different from those of any other. */
  runId: string;
  onSettled: () => void;
  /** Number of the simulator's last log entry before this run. */
  logStart: number;
};

/** So many visitors are starting, and so many of their requests are under way: who has to repeat one is soon served. */
const STARTING_AT_A_TIME = 120;
const STARTS_AT_A_TIME = 24;
const WAITS_AT_A_TIME = 64;

/** A visitor's app gives up after so many refused starts. */
const STARTS_EACH = 60;

/** One verification is waited for this long at the most; then it counts as open. */
const WAIT_ROUNDS = 8;
const WAIT_SECONDS = 30;

/**
 * Sends everybody through, and waits until all are settled or clearly never will be. The provider's log is read before the
 * timelines: a callback that arrives in between may have a receipt without being in the log, never the other way round.
 */
export async function runVisitors(
  visitors: readonly Visitor[],
  deps: Deps,
): Promise<{ visits: Visit[]; log: LogEntry[] }> {
  const starting = slots(STARTING_AT_A_TIME);
  const turn = slots(STARTS_AT_A_TIME);
  const waiting = slots(WAITS_AT_A_TIME);
  const ended = await Promise.all(
    visitors.map(async (visitor) => {
      const started = await starting(() => start(visitor, deps, turn));
      await pause(visitor.thinkMs);
      const acted = await actOut(visitor, started, deps.simulator);
      const endedAt = new Date();
      const verification = await waiting(() => waitForEnd(started.id, deps.api));
      deps.onSettled();
      return { visitor, acted, transactionId: started.transactionId, verification, endedAt };
    }),
  );
  const log = await deps.simulator.log(deps.logStart);
  const states = await deps.simulator.states();
  const visits = await Promise.all(
    ended.map(async ({ acted, transactionId, ...visit }) => ({
      ...visit,
      truth: acted ? visit.visitor.behaviour : endedWithout(states.get(transactionId ?? "")),
      timeline: await waiting(() => deps.api.timeline(visit.verification.id)),
    })),
  );
  return { visits, log };
}

/**
 * A session that could not be opened has ended; the visitor's app tries again with a new one. The receiver was away when the
 * provider tried it, or the api for as long as a session may take.
 */
async function start(visitor: Visitor, { api, runId }: Deps, turn: Turn): Promise<Verification> {
  for (let attempt = 1; attempt <= STARTS_EACH; attempt++) {
    const started = await api.start(startBody(visitor, attempt === 1 ? runId : `${runId}x${attempt}x`), turn);
    if (started && started.status !== "init_failed") return started;
    await pause(Math.min(2_000, 200 * attempt));
  }
  throw new Error(`A session could not be opened ${STARTS_EACH} times in a row.`);
}

function startBody({ index, product }: Visitor, runId: string): Record<string, unknown> {
  return {
    product,
    merchantBizId: `${runId}${index}`,
    merchantUserId: `visitor-${index}`,
    metaInfo: JSON.stringify({ deviceType: "demo", appName: "verdict-demo" }),
    sceneCode: "demo",
    ...(product === "FACE_VERIFY"
      ? { facePictureUrl: "https://images.example.com/visitor.jpg" }
      : { docType: "01000000" }),
  };
}

/** False: the session had ended before the visitor could do anything. */
async function actOut(visitor: Visitor, started: Verification, simulator: SimulatorClient): Promise<boolean> {
  const { behaviour } = visitor;
  if (started.transactionId === null) return true;
  const { kind, ...rest } = behaviour;
  return kind === "finish"
    ? simulator.end(started.transactionId, "complete", { ...rest, passed: behaviour.passed ? "Y" : "N" })
    : simulator.end(started.transactionId, "abandon", rest);
}

/** Only the fault "early" completes a session before its visitor does, and always as passed. Any other has lapsed. */
const endedWithout = (state: string | undefined): Visit["truth"] =>
  state === "completed" ? { kind: "finish", passed: true, subCode: "200" } : { kind: "walk_away" };

async function waitForEnd(id: string, api: ApiClient): Promise<Verification> {
  for (let round = 1; ; round++) {
    const verification = await api.get(id, WAIT_SECONDS);
    if (verification.outcome !== null || round === WAIT_ROUNDS) return verification;
  }
}

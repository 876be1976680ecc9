import { CHANNEL_KINDS } from "@verdict/delivery";
import { ATTEMPT_OUTCOMES, RETENTION_CLASSES, RULE_NAMES } from "@verdict/domain";
import { ANSWER_CLASSES, OPERATION_NAMES } from "@verdict/provider";
import { Counter, callMetrics, Gauge, Histogram, oneOfValues, type Registry, type ToldAlert } from "@verdict/runtime";

/** What workers do again and again. */
export const TASKS = [
  "sweep",
  "watch_arrivals",
  "seal",
  "count_statistics",
  "retention",
  "erase",
  "make_partitions",
  "forget_tries",
  "watch_conditions",
] as const;
export type Task = (typeof TASKS)[number];

const JOB_OUTCOMES = ["done", "retry_in", "give_up", "threw"] as const;
export type JobEnding = (typeof JOB_OUTCOMES)[number];

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** An alert is told within seconds, or something is wrong. */
const LATENCY_SECONDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800];

export type WorkerMetrics = ReturnType<typeof workerMetrics>;

/** What a worker counts. Every label has a finite set of values; nothing that comes from outside is one. */
export function workerMetrics(registry: Registry, known: { routes: readonly string[]; jobs: readonly string[] }) {
  const registers = [registry];
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[], ...labelNames: string[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });

  const jobs = counter("verdict_jobs_total", "Jobs of the queue by how they ended", "job", "outcome");
  const jobSeconds = histogram("verdict_job_seconds", "How long a job ran", SECONDS, "job");
  const receipts = counter(
    "verdict_receipts_total",
    "Callbacks that became receipts, copies included, by the store that took them",
    "sink",
  );
  const swept = counter("verdict_swept_total", "What a sweep found because the queue had not brought it", "kind");
  const givenUp = counter("verdict_given_up_total", "Work that was given up", "kind");
  const broken = counter("verdict_broken_checks_total", "Checks that broke and are tried again");
  const alerts = counter("verdict_alerts_total", "Alerts that were raised", "rule", "severity");
  const latency = histogram(
    "verdict_alert_latency_seconds",
    "From an alert's opening until a channel took the first message about it",
    LATENCY_SECONDS,
    "severity",
  );
  const told = counter("verdict_notifications_total", "Attempts to tell a channel of alerts", "channel", "outcome");
  const attempts = counter("verdict_deliveries_total", "Attempts to deliver an event to an endpoint", "outcome");
  const attemptSeconds = histogram("verdict_delivery_seconds", "How long an attempt to deliver took", SECONDS);
  const sealed = counter("verdict_sealed_rows_total", "Rows of evidence that were sealed");
  const deleted = counter("verdict_retention_deleted_total", "Rows that were deleted for their age", "class");
  const runs = counter("verdict_task_runs_total", "Runs of what workers do again and again", "task", "outcome");
  const lastRun = new Gauge({
    name: "verdict_task_last_success_timestamp_seconds",
    help: "When it last went well, or else when this process began",
    labelNames: ["task"],
    registers,
  });

  const [jobOf, ruleOf] = [oneOfValues(known.jobs), oneOfValues(RULE_NAMES)];
  const [channelOf, classOf] = [oneOfValues(CHANNEL_KINDS), oneOfValues([...RETENTION_CLASSES, "refusals"])];
  const outcomeOf = oneOfValues(ATTEMPT_OUTCOMES);
  for (const task of TASKS) lastRun.set({ task }, Date.now() / 1_000);
  for (const kind of ["receipt", "batch", "job"]) givenUp.inc({ kind }, 0);

  return {
    called: callMetrics(registry, { routes: known.routes, operations: OPERATION_NAMES, answers: ANSWER_CLASSES }),
    job(name: string, outcome: JobEnding, ms: number): void {
      const job = jobOf(name);
      jobs.inc({ job, outcome });
      jobSeconds.observe({ job }, ms / 1_000);
    },
    stored: (sink: "postgres" | "queue", count: number) => receipts.inc({ sink }, count),
    swept(found: { receipts: number; batches: number }): void {
      swept.inc({ kind: "receipt" }, found.receipts);
      swept.inc({ kind: "batch" }, found.batches);
    },
    givenUp: (kind: "receipt" | "batch" | "job") => givenUp.inc({ kind }),
    checkBroke: () => broken.inc(),
    raised: ({ rule, severity }: Pick<ToldAlert, "rule" | "severity">) => alerts.inc({ rule: ruleOf(rule), severity }),
    /** `latencyMs`: of what is told for the first time. */
    told(channel: string, severity: ToldAlert["severity"], sent: boolean, latencyMs: number | null): void {
      told.inc({ channel: channelOf(channel), outcome: sent ? "sent" : "failed" });
      if (sent && latencyMs !== null) latency.observe({ severity }, latencyMs / 1_000);
    },
    delivered(outcome: string, ms: number): void {
      attempts.inc({ outcome: outcomeOf(outcome) });
      attemptSeconds.observe(ms / 1_000);
    },
    sealed: (rows: number) => sealed.inc(rows),
    forgot: (of: string, rows: number) => deleted.inc({ class: classOf(of) }, rows),
    /** The same work, counted. */
    task<T>(task: Task, work: () => Promise<T>): () => Promise<T> {
      return async () => {
        try {
          const result = await work();
          runs.inc({ task, outcome: "done" });
          lastRun.set({ task }, Date.now() / 1_000);
          return result;
        } catch (error) {
          runs.inc({ task, outcome: "failed" });
          throw error;
        }
      };
    },
  };
}

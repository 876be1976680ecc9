import { z } from "zod";
import { defineJob, openQueue } from "../src/index.ts";

/** Takes jobs and never ends one. Says so on stdout, then waits to be killed. Arguments: URL, prefix, job name. */
const [url = "", prefix = "", name = ""] = process.argv.slice(2);
const job = defineJob({ name, payload: z.object({ note: z.string() }), attempts: 1, backoffMs: 10 });

openQueue({ url, prefix }).work(
  job,
  ({ note }) => {
    process.stdout.write(`${note}\n`);
    return new Promise(() => undefined);
  },
  { concurrency: 5, lockDurationMs: 1_000, stalledIntervalMs: 300 },
);

import { randomBytes } from "node:crypto";
import type { Lab } from "../lab.ts";
import { type Child, startChild } from "../machine/child.ts";
import type { StubProvider } from "./provider.ts";
import type { Verdict } from "./verdict.ts";

const WORKER = new URL("../../../worker/src/main.ts", import.meta.url);

/** The real worker for a receiver's database and queue. It may ask the provider as fast as it can. */
export const startVerdictWorker = (
  lab: Lab,
  { environment }: Pick<Verdict, "environment">,
  { endpoint }: StubProvider,
): Promise<Child> =>
  startChild(lab.stage, WORKER, {
    ...environment,
    PROVIDER_ENDPOINT: endpoint,
    PROVIDER_QPS: "off",
    ALIBABA_CLOUD_ACCESS_KEY_ID: "bench",
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: "bench",
    DATA_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString("base64")}`,
    // What the worker has to complain about when its work is taken away is no news here.
    LOG_LEVEL: "fatal",
  });

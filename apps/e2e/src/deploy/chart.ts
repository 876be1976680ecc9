import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { ROOT } from "../source-files.ts";

export const CHART = join(ROOT, "deploy/helm/verdict");

/** Whether this machine has Helm. */
export const hasHelm = spawnSync("helm", ["version"]).status === 0;

/** Runs helm on the chart with these values on top of its own. */
export function helm(command: "lint" | "template", values: unknown): { status: number | null; output: string } {
  const args = command === "lint" ? ["lint", CHART, "--strict"] : ["template", "shop", CHART];
  const { status, stdout, stderr } = spawnSync("helm", [...args, "--values", "-"], {
    input: JSON.stringify(values),
    encoding: "utf8",
  });
  return { status, output: status === 0 ? stdout : `${stdout}${stderr}` };
}

const probe = z.object({ httpGet: z.object({ path: z.string() }) });
const container = z.object({
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })),
  securityContext: z.object({
    allowPrivilegeEscalation: z.boolean(),
    readOnlyRootFilesystem: z.boolean(),
    capabilities: z.object({ drop: z.array(z.string()) }),
  }),
  livenessProbe: probe.optional(),
  readinessProbe: probe.optional(),
  resources: z.object({ limits: z.object({ memory: z.string() }) }),
});
const workload = z.object({
  template: z.object({
    spec: z.object({
      securityContext: z.object({ runAsNonRoot: z.boolean(), runAsUser: z.number() }),
      automountServiceAccountToken: z.boolean(),
      containers: z.tuple([container]),
    }),
  }),
});
const manifest = z.looseObject({
  kind: z.string(),
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
});

export type Manifest = z.output<typeof manifest>;

/** What the chart makes, in one list. */
export const readManifests = (output: string): Manifest[] =>
  parseAllDocuments(output).flatMap((document) => {
    const value: unknown = document.toJS();
    return value ? [manifest.parse(value)] : [];
  });

/** The only container of a Deployment or Job, and the pod it is in. */
export function podOf({ spec }: Manifest) {
  const { spec: pod } = workload.parse(spec).template;
  return { ...pod, container: pod.containers[0] };
}

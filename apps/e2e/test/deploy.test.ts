import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { environment, NODE_FLAGS } from "@verdict/runtime";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { CHART, hasHelm, helm, podOf, readManifests } from "../src/deploy/chart.ts";
import { askedFor, readCompose } from "../src/deploy/compose.ts";
import { faultsOf, readStages } from "../src/deploy/dockerfile.ts";
import { startAndStopRole } from "../src/deploy/start-role.ts";
import { ROOT } from "../src/source-files.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const exists = (path: string) => existsSync(join(ROOT, path));

const ROLES = ["receiver", "worker", "api"];
const PORTS = { receiver: "8080", api: "8081", worker: "8083" };
const KNOWN = new Set([...Object.keys(environment(true).shape), "NODE_ENV"]);

let database: TestDatabase;
let folder: string;
/** What scripts/make-env.mjs has written, its empty lines filled in. */
let variables: Record<string, string>;
const makeEnv = () => spawnSync(process.execPath, [join(ROOT, "scripts/make-env.mjs"), join(folder, ".env")]);

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), "verdict-deploy-"));
  expect(makeEnv().status).toBe(0);
  variables = {
    ...parseEnv(readFileSync(join(folder, ".env"), "utf8")),
    CALLBACK_HOST: "callbacks.example.com",
    CONSOLE_HOST: "verdict.example.com",
    ALIBABA_CLOUD_ACCESS_KEY_ID: "an-id",
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: "its-secret",
  } as Record<string, string>;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

const compose = () => readCompose(read("docker-compose.yml"), variables);
const serviceOf = (name: string) => {
  const service = compose().services[name];
  if (!service) throw new Error(`compose has no ${name}`);
  return service;
};

test("the image is built of pinned bases and files that are there, and runs as an ordinary user", () => {
  expect(faultsOf(readStages(read("Dockerfile")), exists)).toEqual([]);
});

test.each([
  ["FROM node:24", "FROM node:24: not pinned to a version"],
  ["FROM node:24.1.0\nUSER root", "USER root: not the number of an ordinary user"],
  ["FROM node:24.1.0\nCOPY nothing here", "COPY of nothing, which is not there"],
  ["FROM node:24.1.0\nCOPY --from=elsewhere /a b", "COPY from elsewhere, which is no stage"],
  ["FROM node:24.1.0\nENTRYPOINT node main.js", "ENTRYPOINT goes through a shell, which keeps signals to itself"],
])("a Dockerfile with %j is found out", (text, fault) => {
  expect(faultsOf(readStages(text), exists)).toContain(fault);
});

test("the image starts Node with the flags of every other process", () => {
  const { rest } =
    readStages(read("Dockerfile"))
      .at(-1)
      ?.instructions.find(({ name }) => name === "ENTRYPOINT") ?? {};
  expect(JSON.parse(rest ?? "")).toEqual(["node", ...NODE_FLAGS, "/app/deploy/docker/entrypoint.mjs"]);
});

test("what the image leaves out is nothing that a role opens", () => {
  const ignored = read(".dockerignore").split("\n").filter(Boolean);
  const copied =
    readStages(read("Dockerfile"))
      .at(-1)
      ?.instructions.filter(({ name }) => name === "COPY") ?? [];
  const paths = copied.map(({ rest }) => rest.split(" ").at(-1));
  expect(paths).toEqual(expect.arrayContaining(["migrations", "docs/runbook.md", "deploy/docker", "packages"]));
  expect(paths).toEqual(expect.arrayContaining([...ROLES, "cli"].map((app) => `apps/${app}`)));
  expect(ignored).toEqual(expect.arrayContaining([".git", ".data", ".env*", "**/node_modules"]));
});

test("compose asks for what make-env.mjs writes, and for nothing else that must be set", () => {
  const made = Object.keys(parseEnv(readFileSync(join(folder, ".env"), "utf8")));
  const required = [...askedFor(read("docker-compose.yml"))].filter(([, must]) => must).map(([name]) => name);
  expect(made).toEqual(expect.arrayContaining(required));
  expect(() => readCompose(read("docker-compose.yml"), {})).toThrow("make-env.mjs");
});

test("make-env.mjs makes every secret anew, for its owner alone, and never overwrites what is there", () => {
  const before = readFileSync(join(folder, ".env"), "utf8");
  const secrets = Object.values(parseEnv(before)).filter(Boolean);
  expect(new Set(secrets).size).toBe(7);
  expect(statSync(join(folder, ".env")).mode & 0o077).toBe(0);
  expect(makeEnv().status).toBe(1);
  expect(readFileSync(join(folder, ".env"), "utf8")).toBe(before);
});

test("in compose every role is read-only, without capabilities, bounded, and asked how it is on its own port", () => {
  for (const role of [...ROLES, "migrate"]) {
    const service = serviceOf(role);
    expect(service, role).toMatchObject({ read_only: true, tmpfs: ["/tmp"], cap_drop: ["ALL"], command: [role] });
    expect(service.security_opt, role).toContain("no-new-privileges:true");
  }
  for (const role of ["receiver", "worker", "api"] as const) {
    expect(serviceOf(role).healthcheck?.test).toEqual(["CMD", "node", "deploy/docker/healthy.mjs", PORTS[role]]);
    expect(serviceOf(role).depends_on).toMatchObject({ migrate: { condition: "service_completed_successfully" } });
  }
  expect(serviceOf("worker").environment.WORKER_PORT).toBe(PORTS.worker);
});

test("in compose only Caddy can be reached from outside, and the receiver reaches only the stores", () => {
  const { services, networks } = compose();
  const published = Object.entries(services).filter(([, { ports }]) => ports.length > 0);
  expect(published.map(([name]) => name)).toEqual(["caddy"]);
  for (const name of ["receiver", "postgres", "redis", "migrate"]) {
    expect(
      serviceOf(name).networks.map((network) => networks[network]?.internal),
      name,
    ).not.toContain(false);
  }
  const { TRUSTED_PROXIES } = serviceOf("receiver").environment;
  expect(networks.front?.ipam?.config).toEqual([{ subnet: TRUSTED_PROXIES }]);
});

test("in compose the stores keep what they have confirmed, and every image is of one version", () => {
  expect(serviceOf("redis").command.join(" ")).toContain("--appendonly yes --appendfsync always");
  expect(serviceOf("redis").command.join(" ")).toContain("--maxmemory-policy noeviction");
  for (const { image } of Object.values(compose().services)) expect(image).toMatch(/^[a-z]+:\d+\.\d+(\.\d+)?$/);
});

test("compose names settings that exist, and gives the receiver no credentials of the provider", () => {
  for (const role of [...ROLES, "migrate"]) {
    expect(Object.keys(serviceOf(role).environment).filter((name) => !KNOWN.has(name))).toEqual([]);
  }
  const given = Object.keys(serviceOf("receiver").environment).join(" ");
  expect(given).not.toMatch(/ALIBABA|DATA_ENCRYPTION|AUTH_SECRET|PEPPER|BOOTSTRAP/);
});

test("with what compose gives it, every role starts by the image's entrypoint and stops at SIGTERM", async () => {
  const stores = { DATABASE_URL: database.url, QUEUE_URL: database.url };
  const ports = { RECEIVER_PORT: "0", API_PORT: "0", WORKER_PORT: "0" };
  const started = ROLES.map((role) => startAndStopRole(role, { ...serviceOf(role).environment, ...stores, ...ports }));
  expect(await Promise.all(started)).toEqual(Array(3).fill({ ready: true, code: 0, said: "" }));
});

test("the image's entrypoint without a role names the roles", async () => {
  const { ready, code, said } = await startAndStopRole("", {});
  expect({ ready, code }).toEqual({ ready: false, code: 1 });
  expect(said).toContain("receiver, worker, api, migrate");
});

test("Caddy passes on callbacks alone, to the receiver's port, and logs no query", () => {
  const text = read("deploy/caddy/Caddyfile");
  expect(text).toContain(`dynamic a receiver ${PORTS.receiver}`);
  expect(text).toContain(`dynamic a api ${PORTS.api}`);
  expect(text).toMatch(/\{\$CALLBACK_HOST\} \{\n\thandle \/callbacks\/\* \{/);
  expect(text).toContain(`request>uri regexp "\\?.*" "?..."`);
});

const hasCaddy = spawnSync("caddy", ["version"]).status === 0;
test.skipIf(!hasCaddy)("Caddy itself takes its file", () => {
  const args = ["validate", "--adapter", "caddyfile", "--config", join(ROOT, "deploy/caddy/Caddyfile")];
  const { status, stderr } = spawnSync("caddy", args, {
    env: { PATH: process.env.PATH, HOME: folder, CALLBACK_HOST: "a.example.com", CONSOLE_HOST: "b.example.com" },
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
});

const wanted = {
  image: { repository: "registry.example.com/verdict" },
  settings: {
    PUBLIC_CALLBACK_BASE_URL: "https://callbacks.example.com",
    API_PUBLIC_URL: "https://verdict.example.com",
  },
  secrets: { name: "verdict" },
};
const chartValues = (): Record<string, Record<string, unknown>> =>
  parse(readFileSync(join(CHART, "values.yaml"), "utf8"));

test("the chart's own values fit their schema once what it cannot know is filled in, and name settings that exist", () => {
  const validate = new Ajv({ strict: false }).compile(
    JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8")),
  );
  const values = chartValues();
  expect(validate(values)).toBe(false);
  const filled = Object.entries(wanted).map(([name, value]) => [name, { ...values[name], ...value }]);
  const whole = { ...values, ...Object.fromEntries(filled) };
  expect(validate(whole), JSON.stringify(validate.errors)).toBe(true);
  expect(Object.keys(whole.settings).filter((name) => !KNOWN.has(name))).toEqual([]);

  const inClear = { ...whole, settings: { ...whole.settings, AUTH_SECRET: "in the clear" } };
  expect(validate(inClear)).toBe(false);
  expect(validate({ ...whole, image: { ...whole.image, tag: "latest" } })).toBe(false);
});

test("the chart and the image are of one version", () => {
  const { version, appVersion } = parse(readFileSync(join(CHART, "Chart.yaml"), "utf8"));
  expect([version, appVersion, "0.1.0"]).toEqual(Array(3).fill(JSON.parse(read("package.json")).version));
  expect(read("Dockerfile")).toContain(`ARG VERSION=${version}`);
  expect(read("docker-compose.yml")).toContain(`verdict:\${VERDICT_VERSION:-${version}}`);
});

const everything = {
  ...wanted,
  receiver: { ingress: { enabled: true, host: "callbacks.example.com", tlsSecretName: "tls" } },
  api: { ingress: { enabled: true, host: "verdict.example.com", tlsSecretName: "tls" } },
  worker: { lag: { by: "keda", prometheus: "http://prometheus:9090" } },
  serviceMonitor: { enabled: true },
  prometheusRule: { enabled: true },
};

test.skipIf(!hasHelm)(
  "Helm itself finds nothing wrong with the chart, sparse or full, and refuses one without its values",
  () => {
    for (const values of [wanted, everything]) {
      const { status, output } = helm("lint", values);
      expect(status, output).toBe(0);
    }
    expect(helm("template", {}).status).not.toBe(0);
  },
);

test.skipIf(!hasHelm)(
  "every pod of the chart is unprivileged and read-only, and is given what compose gives its role",
  () => {
    const manifests = readManifests(helm("template", everything).output);
    const workloads = manifests.filter(({ kind }) => kind === "Deployment" || kind === "Job");
    expect(workloads).toHaveLength(4);
    for (const manifest of workloads) {
      const { container, ...pod } = podOf(manifest);
      expect(pod, manifest.metadata.name).toMatchObject({
        securityContext: { runAsNonRoot: true },
        automountServiceAccountToken: false,
      });
      expect(container.securityContext, manifest.metadata.name).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      const role = container.args[0] ?? "";
      const settings = role === "migrate" ? [] : Object.keys(chartValues().settings ?? {});
      const given = new Set([...container.env.map(({ name }) => name), ...settings]);
      expect(Object.keys(serviceOf(role).environment).filter((name) => !given.has(name))).toEqual([]);
      expect([...given].filter((name) => !KNOWN.has(name) && name !== "ROUTES_FILE")).toEqual([]);
      if (role === "receiver") expect([...given].join(" ")).not.toMatch(/ALIBABA|DATA_ENCRYPTION|AUTH_SECRET|PEPPER/);
      if (role !== "migrate") expect(container.readinessProbe?.httpGet.path).toBe("/readyz");
    }
    const migration = workloads.find(({ kind }) => kind === "Job");
    expect(migration?.metadata.annotations["helm.sh/hook"]).toBe("pre-install,pre-upgrade");
  },
);

test.skipIf(!hasHelm)(
  "the chart keeps every role through a drained node, scales workers by what waits, and closes the network",
  () => {
    const count = (output: string) => {
      const kinds = readManifests(output).map(({ kind }) => kind);
      return Object.fromEntries(
        [...new Set(kinds)].map((kind) => [kind, kinds.filter((other) => other === kind).length]),
      );
    };
    expect(count(helm("template", wanted).output)).toMatchObject({
      PodDisruptionBudget: 3,
      HorizontalPodAutoscaler: 3,
      NetworkPolicy: 4,
    });
    expect(count(helm("template", everything).output)).toMatchObject({
      HorizontalPodAutoscaler: 2,
      ScaledObject: 1,
      Ingress: 2,
      ServiceMonitor: 1,
      PrometheusRule: 1,
    });
  },
);

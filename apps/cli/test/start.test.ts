import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { bare, eventually, givenDataDir, givenStart, production, read, runs } from "./given-stack.ts";

vi.setConfig({ testTimeout: 60_000 });

const environmentOf = async (url: string | undefined) => (await fetch(`${url}/`)).json();

test("it starts every app with a complete environment and says what runs where", async () => {
  const dataDir = givenDataDir();
  const { ready, lines } = givenStart(dataDir);
  const { pids, urls, pid } = await ready();

  for (const name of ["receiver", "api", "simulator", "worker"]) {
    expect(lines.find((line) => line.startsWith(name))).toMatch(new RegExp(`pid ${pids[name]}`));
  }
  expect(lines.find((line) => line.startsWith("supervisor"))).toContain(`pid ${pid}`);
  expect(lines.at(-1)).toMatch(/^ready in \d/);

  const secrets = JSON.parse(read(dataDir, "secrets.json"));
  expect(await environmentOf(urls.receiver)).toMatchObject({
    DATABASE_URL: bare.DATABASE_URL,
    QUEUE_URL: bare.DATABASE_URL,
    DATA_DIR: dataDir,
    CALLBACK_TOKEN_KEYS: `k1:${secrets.callbackTokenSecret}`,
    MERCHANT_USER_PEPPER: secrets.merchantUserPepper,
    DATA_ENCRYPTION_KEYS: `d1:${secrets.dataEncryptionKey}`,
    AUTH_SECRET: secrets.authSecret,
    API_BOOTSTRAP_KEY: secrets.operatorKey,
    PUBLIC_CALLBACK_BASE_URL: urls.receiver,
    PROVIDER_ENDPOINT: urls.simulator,
    ALIBABA_CLOUD_ACCESS_KEY_ID: secrets.providerAccessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: secrets.providerAccessKeySecret,
  });
  expect(lines.find((line) => line.startsWith("sign in"))).toContain(secrets.operatorKey);
  expect(lines.findLast((line) => line.startsWith("sign in"))).toContain(
    "as admin@verdict.local with the password the-first-password ",
  );
  expect(read(dataDir, "operator-key").trim()).toBe(secrets.operatorKey);
  expect(read(dataDir, "logs/worker.log")).toContain("worker speaks");
});

test("nobody else can read what it keeps", async () => {
  const dataDir = givenDataDir();
  await givenStart(dataDir).ready();
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  for (const name of ["secrets.json", "operator-key", "stack.json", "logs/api.log"]) {
    expect(statSync(join(dataDir, name)).mode & 0o077).toBe(0);
  }
});

test("settings go before secrets, and secrets last", async () => {
  const dataDir = givenDataDir();
  const first = givenStart(dataDir);
  await first.ready();
  const secrets = read(dataDir, "secrets.json");
  first.child.kill("SIGTERM");
  await first.ended();

  const key = "a-key-of-my-own-choice";
  const second = givenStart(dataDir, {
    ...bare,
    API_BOOTSTRAP_KEY: key,
    PROVIDER_ENDPOINT: "https://provider.example.com",
    ALIBABA_CLOUD_ACCESS_KEY_ID: "mine",
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: "mine too",
  });
  const { urls } = await second.ready();
  expect(read(dataDir, "secrets.json")).toBe(secrets);
  expect(read(dataDir, "operator-key").trim()).toBe(key);
  expect(await environmentOf(urls.api)).toMatchObject({
    API_BOOTSTRAP_KEY: key,
    PROVIDER_ENDPOINT: "https://provider.example.com",
    ALIBABA_CLOUD_ACCESS_KEY_ID: "mine",
  });
  expect(second.lines.find((line) => line.startsWith("simulator"))).toContain("PROVIDER_ENDPOINT names another");
});

test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s stops everything and exits with 0", async (signal) => {
  const dataDir = givenDataDir();
  const { child, ready, ended } = givenStart(dataDir);
  const { pids } = await ready();
  child.kill(signal);
  const { code, lines } = await ended();
  expect(code).toBe(0);
  expect(lines.at(-1)).toBe("stopped");
  expect(Object.values(pids).filter(runs)).toEqual([]);
  expect(existsSync(join(dataDir, "stack.json"))).toBe(false);
});

test("an app that is killed is started again, and that is said", async () => {
  const { said, ready, stack } = givenStart(givenDataDir());
  const { pids } = await ready();
  process.kill(pids.receiver ?? 0, "SIGKILL");
  await said(/^receiver ended \(SIGKILL\); starting it again in 0.02 s/);
  const line = await said(/^receiver runs again, pid \d+$/);
  const pid = Number(/\d+$/.exec(line)?.[0]);
  expect(pid).not.toBe(pids.receiver);
  expect(stack()?.pids).toEqual({ ...pids, receiver: pid });
});

test("an app that dislikes its settings stops the start with its own line", async () => {
  const dataDir = givenDataDir();
  const { ended } = givenStart(dataDir, { ...bare, FIXTURE_BAD: "api" });
  expect(await ended()).toEqual({ code: 1, lines: ["api: COLOUR: expected blue, but got red"] });
  expect(existsSync(join(dataDir, "stack.json"))).toBe(false);
});

test("a start that never gets ready can be stopped", async () => {
  const { child, ended, stack } = givenStart(givenDataDir(), { ...bare, FIXTURE_HANGS: "worker" });
  const pids = await eventually(() => {
    const found = stack()?.pids;
    return found?.simulator && found;
  });
  child.kill("SIGINT");
  expect(await ended()).toEqual({ code: 0, lines: ["stopped"] });
  expect(Object.values(pids).filter(runs)).toEqual([]);
});

test("a second Ctrl-C does not wait for an app that will not close, and leaves nothing behind", async () => {
  const { child, ready, ended } = givenStart(givenDataDir(), { ...bare, FIXTURE_STUCK: "receiver" });
  const { pids } = await ready();
  // Those that follow the first at once are taken for the same press.
  await eventually(() => {
    child.kill("SIGINT");
    return child.exitCode !== null;
  });
  const { code, lines } = await ended();
  expect(code).toBe(1);
  expect(lines.at(-1)).toBe("stopping at once");
  await eventually(() => !Object.values(pids).some(runs));
});

test("production starts no simulator, invents no secret and writes none down", async () => {
  const dataDir = givenDataDir();
  const { ready } = givenStart(dataDir, production);
  const { pids, urls } = await ready();
  expect(Object.keys(pids).sort()).toEqual(["api", "receiver", "worker"]);
  expect(await environmentOf(urls.api)).not.toHaveProperty("API_BOOTSTRAP_KEY");
  expect(existsSync(join(dataDir, "secrets.json"))).toBe(false);
  expect(existsSync(join(dataDir, "operator-key"))).toBe(false);
  expect(read(dataDir, "stack.json")).not.toContain("postgres://");
});

test("mistakes are a line each and exit code 1, and nothing is started or written", async () => {
  const dataDir = givenDataDir();
  expect(await givenStart(dataDir, { ...bare, RECEIVER_PORT: "abc", RECEIPT_SINKS: "disk" }).ended()).toEqual({
    code: 1,
    lines: [
      'RECEIPT_SINKS: expected postgres, queue or both, separated by a comma, but got "disk"',
      'RECEIVER_PORT: expected a port from 0 to 65535, but got "abc"',
    ],
  });
  expect(existsSync(dataDir)).toBe(false);
});

test("taken ports are told at once, with the variables to change", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  const { ended } = givenStart(givenDataDir(), { ...bare, API_PORT: String(port) });
  expect(await ended()).toEqual({
    code: 1,
    lines: [`port ${port} is already in use; set API_PORT to a free one`],
  });
  holder.close();
});

test("a second start on the same data is refused with the pid of the first, which goes on", async () => {
  const dataDir = givenDataDir();
  const first = await givenStart(dataDir).ready();
  const { code, lines } = await givenStart(dataDir).ended();
  expect(code).toBe(1);
  expect(lines).toEqual([
    `DATA_DIR: another npm start (pid ${first.pid}) uses ${dataDir}; stop it, or set DATA_DIR to another folder`,
  ]);
  expect(Object.values(first.pids).filter(runs)).toHaveLength(4);
  expect(existsSync(join(dataDir, "stack.json"))).toBe(true);
});

test("when the supervisor is killed the apps end, and the next start recovers on the same ports", async () => {
  const dataDir = givenDataDir();
  const first = givenStart(dataDir);
  const { pids, urls } = await first.ready();
  first.child.kill("SIGKILL");
  const ports = Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [`${name.toUpperCase()}_PORT`, new URL(url).port]),
  );
  const second = await givenStart(dataDir, { ...bare, ...ports }).ready();
  expect(Object.values(pids).filter(runs)).toEqual([]);
  expect(second.urls).toEqual(urls);
});

test("when npm passes SIGTERM to its shell and the shell dies of it, everything stops", async () => {
  const dataDir = givenDataDir();
  const { ready, child, said } = givenStart(
    dataDir,
    { ...bare, npm_lifecycle_event: "start" },
    [],
    ["sh", "-c", '"$0" "$@"; true'],
  );
  const { pid, pids } = await ready();
  expect(child.pid).not.toBe(pid);
  child.kill("SIGTERM");
  await said(/^stopped$/);
  await eventually(() => ![pid, ...Object.values(pids)].some(runs));
});

test("--verbose shows the apps' logs", async () => {
  const { said } = givenStart(givenDataDir(), bare, ["--verbose"]);
  await said(/^worker +worker speaks$/);
});

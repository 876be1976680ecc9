import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { afterEach, expect, test, vi } from "vitest";
import { type EmbeddedPostgres, EmbeddedPostgresError, startEmbeddedPostgres } from "../../src/embedded/index.ts";

vi.setConfig({ testTimeout: 60_000 });

const isRoot = process.getuid?.() === 0;
const password = "p:/@ss'w%ord";
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A folder like a clone's in root's home: others may not enter it. */
function givenFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "verdict-embedded-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function givenServer(folder: string, options: { port?: number } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: join(folder, "postgres"), password, ...options });
  cleanups.push(() => server.stop());
  return server;
}

async function ask(url: string, text: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    return (await sql.unsafe(text)).map((row) => Object.values(row)[0]);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

test("data survives stop and start", async () => {
  const folder = givenFolder();
  const first = await givenServer(folder);
  await ask(first.url, "create table kept as select 42 as answer");
  await first.stop();
  await first.stop();
  expect(await first.exited).toEqual({ code: 0, signal: null });

  const second = await givenServer(folder, { port: first.port });
  expect(second.port).toBe(first.port);
  expect(await ask(second.url, "select answer from kept")).toEqual([42]);
  expect(readFileSync(join(folder, "postgres.log"), "utf8")).toContain("ready to accept connections");
});

test("the server is a Postgres 18 in UTF8 and C, with room for every app", async () => {
  const { url } = await givenServer(givenFolder());
  expect(await ask(url, "show server_version_num")).toEqual([expect.stringMatching(/^18/)]);
  expect(
    await ask(url, "select datname || ' ' || pg_encoding_to_char(encoding) || ' ' || datcollate from pg_database"),
  ).toContain("verdict UTF8 C");
  expect(await ask(url, "show max_connections")).toEqual(["200"]);
  expect(await ask(url, "show timezone")).toEqual(["UTC"]);
});

test("a wrong password is refused", async () => {
  const { url } = await givenServer(givenFolder());
  const wrong = new URL(url);
  wrong.password = "guess";
  await expect(ask(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
});

test("it listens on loopback only and has no socket in the file system", async () => {
  const { url, port } = await givenServer(givenFolder());
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === "IPv4");
  expect(await ask(url, "show unix_socket_directories")).toEqual([""]);
  expect(await ask(url, "show listen_addresses")).toEqual(["127.0.0.1"]);
  if (outside) {
    const elsewhere = new URL(url);
    elsewhere.hostname = outside.address;
    elsewhere.port = String(port);
    await expect(ask(elsewhere.href, "select 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  }
});

test("a server whose supervisor was killed is stopped and its data taken over", async () => {
  const folder = givenFolder();
  const orphan = await givenOrphan(folder);
  const told: string[] = [];
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, "postgres"),
    password,
    log: (line) => told.push(line),
  });
  cleanups.push(() => server.stop());

  expect(told).toEqual([`stopped a PostgreSQL that an earlier run had left behind (process ${orphan.pid})`]);
  expect(server.pid).not.toBe(orphan.pid);
  expect(await ask(server.url, "select 1")).toEqual([1]);
  await expect(ask(orphan.url, "select 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a killed server starts again on its port with all that was committed", async () => {
  const folder = givenFolder();
  const first = await givenServer(folder);
  await ask(first.url, "create table kept as select 42 as answer");
  process.kill(first.pid, "SIGKILL");
  expect(await first.exited).toEqual({ code: null, signal: "SIGKILL" });

  const second = await givenServer(folder, { port: first.port });
  expect(await ask(second.url, "select answer from kept")).toEqual([42]);
});

test("a stranger who has inherited the old process id is left alone", async () => {
  const folder = givenFolder();
  const first = await givenServer(folder);
  await first.stop();
  const stranger = spawn("sleep", ["60"], isRoot ? { uid: 65_534, gid: 65_534, cwd: "/" } : {});
  cleanups.push(() => stranger.kill());
  writeFileSync(join(folder, "postgres", "postmaster.pid"), `${stranger.pid}\n/proc/self/fd/3\n`);

  const second = await givenServer(folder);
  expect(await ask(second.url, "select 1")).toEqual([1]);
  expect(stranger.exitCode).toBeNull();
});

test("another password than that of the data is told plainly", async () => {
  const folder = givenFolder();
  await (await givenServer(folder)).stop();
  const start = startEmbeddedPostgres({ dataDir: join(folder, "postgres"), password: "another" });
  await expect(start).rejects.toThrow(EmbeddedPostgresError);
  await expect(start).rejects.toThrow("was made with another password");
});

test("data of another major version is told plainly", async () => {
  const folder = givenFolder();
  mkdirSync(join(folder, "postgres"));
  writeFileSync(join(folder, "postgres", "PG_VERSION"), "17\n");
  const start = startEmbeddedPostgres({ dataDir: join(folder, "postgres"), password });
  await expect(start).rejects.toThrow("was written by PostgreSQL 17, and this is 18");
});

test("a taken port is told with the server's own words", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  cleanups.push(() => holder.close());
  const { port } = holder.address() as { port: number };
  await expect(givenServer(givenFolder(), { port })).rejects.toThrow(
    /PostgreSQL did not start[\s\S]*Address already in use/,
  );
});

test.skipIf(!isRoot)("as root it runs as nobody, in a folder that nobody cannot enter", async () => {
  const folder = givenFolder();
  const { pid, url } = await givenServer(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(`/proc/${pid}`).uid).toBe(65_534);
  expect(statSync(join(folder, "postgres"))).toMatchObject({ uid: 65_534, mode: 0o40700 });
  expect(await ask(url, "select 1")).toEqual([1]);
});

test.skipIf(!isRoot)("as root it serves the data of an ordinary user as that user", async () => {
  const folder = givenFolder();
  const first = await givenServer(folder);
  await first.stop();
  const chown = spawn("chown", ["-R", "12345:12345", join(folder, "postgres")]);
  await once(chown, "exit");

  const { pid } = await givenServer(folder);
  expect(statSync(`/proc/${pid}`).uid).toBe(12_345);
});

/** A server started by another process, which is then killed without a chance to stop it. */
async function givenOrphan(folder: string): Promise<{ pid: number; url: string }> {
  const fixture = fileURLToPath(new URL("start-and-tell.ts", import.meta.url));
  const supervisor = spawn(process.execPath, [fixture, join(folder, "postgres"), password], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: supervisor.stdout }), "line");
  supervisor.kill("SIGKILL");
  await once(supervisor, "exit");
  return JSON.parse(line);
}

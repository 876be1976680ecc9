import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { SettingsError } from "@verdict/runtime";
import { expect, onTestFinished, test } from "vitest";
import { followLog, openAppLog } from "../src/stack/app-log.ts";
import { processNames, verdictApps } from "../src/stack/apps.ts";
import { defaultPace, nextWait } from "../src/stack/backoff.ts";
import { processIdentity, stillRuns } from "../src/stack/process-identity.ts";
import { openRecord } from "../src/stack/record.ts";
import { readStackSettings } from "../src/stack/settings.ts";
import { readStack, readStackFile, writeStackFile } from "../src/stack/stack-file.ts";
import { superviseApp } from "../src/stack/supervise-app.ts";
import { givenDataDir } from "./given-stack.ts";

function givenFolder(): string {
  const folder = givenDataDir();
  mkdirSync(folder);
  return folder;
}

const pace = { firstMs: 500, maxMs: 10_000, healthyMs: 30_000 };

test.each([
  ["the first failure", null, 0, 500],
  ["the second in a row", 500, 1_000, 1_000],
  ["many in a row", 8_000, 1_000, 10_000],
  ["even more", 10_000, 29_999, 10_000],
  ["after a time of health", 10_000, 30_000, 500],
])("%s waits its time", (_, last, well, expected) => {
  expect(nextWait(pace, last, well)).toBe(expected);
});

test("what is killed every few seconds is back at once each time, and what dies at once ever more slowly", () => {
  const waits = (wellForMs: number) => {
    let last: number | null = null;
    return Array.from({ length: 9 }, () => (last = nextWait(defaultPace, last, wellForMs)));
  };
  expect(waits(3_000)).toEqual(Array(9).fill(100));
  expect(waits(0)).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
});

test("an app that keeps nothing may have several processes, each with a name", () => {
  const [simulator, receiver] = verdictApps;
  expect(simulator && processNames(simulator, 3)).toEqual(["simulator"]);
  expect(receiver && processNames(receiver, 3)).toEqual(["receiver", "receiver-2", "receiver-3"]);
});

test("however many processes there are, one listener sees to it that none outlives this one", async () => {
  const before = process.listenerCount("exit");
  const main = fileURLToPath(new URL("fixtures/worker.ts", import.meta.url));
  const folder = givenFolder();
  const supervised = ["worker", "worker-2", "worker-3"].map((name) =>
    superviseApp({
      ...{ app: { name: "worker", main }, name, env: process.env, log: openAppLog(folder, name) },
      ...{ say: () => {}, onPid: () => {} },
    }),
  );
  onTestFinished(async () => void (await Promise.all(supervised.map((one) => one.stop()))));
  await Promise.all(supervised.map(({ ready }) => ready));
  expect(process.listenerCount("exit")).toBeLessThanOrEqual(before + 1);
});

test("what loads an app quickly finds what Node finds", async () => {
  const preload = new URL("../src/stack/load-quickly.ts", import.meta.url).href;
  const packages = new URL("../../../packages/", import.meta.url);
  const ours = [new URL("db/src/index.ts", packages).href, new URL("services/src/index.ts", packages).href];
  const names = ["drizzle-orm/pg-core", ...ours].map((name) => `import(${JSON.stringify(name)})`);
  const program = `Promise.all([${names.join()}]).then((found) => console.log(found.flatMap(Object.keys).sort().join()))`;
  const [quick, plain] = await Promise.all(
    [["--import", preload], []].map(async (args) => {
      // From there it is found.
      const cwd = fileURLToPath(new URL("db", packages));
      const child = spawn(process.execPath, [...args, "--input-type=module", "--eval", program], { cwd });
      const [printed, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
      return { code, printed };
    }),
  );
  expect(quick).toEqual(plain);
  expect(quick).toMatchObject({ code: 0 });
});

test("a process is known by more than its id", async () => {
  const child = spawn("sleep", ["60"]);
  const pid = child.pid ?? 0;
  const identity = processIdentity(pid) ?? "";
  expect(stillRuns({ pid, identity })).toBe(true);
  expect(stillRuns({ pid: process.pid, identity })).toBe(false);
  child.kill();
  await once(child, "exit");
  expect(stillRuns({ pid, identity })).toBe(false);
});

test("data belongs to one living stack at a time", () => {
  const dataDir = givenFolder();
  const settings = readStackSettings({ DATA_DIR: dataDir }, []);
  const record = openRecord(settings);
  record.pidOf("worker")(process.pid);
  expect(readStack(dataDir)).toMatchObject({ pid: process.pid, ready: false, pids: { worker: process.pid } });
  expect(() => openRecord(settings)).toThrow(SettingsError);

  writeStackFile(dataDir, { ...record.stack, identity: "another process with that id" });
  expect(readStack(dataDir)).toBeNull();
  const next = openRecord(settings);
  expect(readStack(dataDir)?.pids).toEqual({});

  next.remove();
  next.pidOf("worker")(null); // a late report does not bring the file back
  expect(readStackFile(dataDir)).toBeNull();
});

test("a log begins anew at every start, and that of the start before is kept", () => {
  const folder = givenFolder();
  const first = openAppLog(folder, "api");
  writeSync(first.fd, "first\n");
  first.close();
  const second = openAppLog(folder, "api");
  writeSync(second.fd, "second\nthird\n");

  expect(readFileSync(join(folder, "api.previous.log"), "utf8")).toBe("first\n");
  expect(second.linesSince(0)).toEqual(["second", "third"]);
  expect(second.linesSince("second\n".length)).toEqual(["third"]);
  second.close();
});

test("whoever follows a log gets whole lines, also the last ones", () => {
  const log = openAppLog(givenFolder(), "api");
  const lines: string[] = [];
  const unfollow = followLog(log, (line) => lines.push(line));
  writeSync(log.fd, "one\ntw");
  writeSync(log.fd, "o\n");
  unfollow();
  expect(lines).toEqual(["one", "two"]);
  log.close();
});

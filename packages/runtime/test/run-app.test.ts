import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function givenApp(behaviour: string) {
  const child = fork(fileURLToPath(new URL("fixture-app.ts", import.meta.url)), [behaviour], { silent: true });
  children.push(child);
  if (!child.stdout || !child.stderr) throw new Error("The fixture has no output.");
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return {
    child,
    message: () => once(child, "message").then(([message]) => message as unknown),
    ended: async () => {
      const [stdout, stderr, [code]] = await output;
      return { stdout, stderr, code };
    },
  };
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "on %s the closers run in reverse and the app exits with 0",
  async (signal) => {
    const { child, message, ended } = givenApp("well");
    expect(await message()).toEqual({ type: "ready", port: 4711 });
    child.kill(signal);
    expect(await ended()).toEqual({ stdout: "first aborted=true second ", stderr: "", code: 0 });
  },
);

test("an app whose supervisor is gone stops", async () => {
  const { child, message, ended } = givenApp("well");
  await message();
  child.disconnect();
  expect(await ended()).toMatchObject({ stdout: "first aborted=true second ", code: 0 });
});

test("an app stopped while it starts exits at once", async () => {
  const { child, message, ended } = givenApp("starts-forever");
  await message();
  child.kill("SIGTERM");
  expect(await ended()).toEqual({ stdout: "", stderr: "", code: 0 });
});

test("a mistake in the settings is a line each and exit code 1", async () => {
  expect(await givenApp("bad-setting").ended()).toEqual({
    stdout: "",
    stderr: "fixture: A: first\nfixture: B: second\n",
    code: 1,
  });
});

test.each([
  ["broken", "cannot start"],
  ["fails-later", "lost my licence"],
  ["rejects-later", "nobody caught this"],
])("an unexpected error (%s) is told and exits with 1", async (behaviour, said) => {
  const { stderr, code } = await givenApp(behaviour).ended();
  expect(stderr).toContain(`fixture: Error: ${said}`);
  expect(code).toBe(1);
});

test("a closer that fails does not keep the others open, and is told", async () => {
  const { child, message, ended } = givenApp("bad-closer");
  await message();
  child.kill("SIGTERM");
  const { stdout, stderr, code } = await ended();
  expect(stdout).toBe("second ");
  expect(stderr).toContain("stuck lid");
  expect(code).toBe(1);
});

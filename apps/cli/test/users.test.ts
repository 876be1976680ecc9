import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findPersonByEmail } from "@verdict/db";
import { verifyPassword } from "@verdict/services";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeFirstAdmin } from "../src/stack/first-admin.ts";

vi.setConfig({ testTimeout: 60_000 });

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

const verdict = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = { PATH: process.env.PATH, DATABASE_URL: database.url, DATA_DIR: "/nowhere" };
    const child = execFile(process.execPath, [MAIN, "users", ...args], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });

const passwordOf = async (id: string) => {
  const [account] = await database.db.sql`select password from people_accounts where person_id = ${id}`;
  return String(account?.password);
};

test("the first admin is made once, whoever asks at the same time, and is somebody who can sign in", async () => {
  const made = await Promise.all([1, 2, 3].map(() => makeFirstAdmin(database.url, "Boss@shop.example")));
  const [first, ...others] = made.filter((one) => one !== null);
  expect([first?.email, others]).toEqual(["Boss@shop.example", []]);
  const person = await findPersonByEmail(database.db, "boss@shop.example");
  expect(person).toMatchObject({ role: "admin", routes: null, mustChangePassword: false });
  expect(await verifyPassword(first?.password ?? "", await passwordOf(person?.id ?? ""))).toBe(true);
  expect(await makeFirstAdmin(database.url, "another@shop.example")).toBeNull();
});

describe("verdict users", () => {
  test("adds somebody with a one-time password, which is shown and not kept", async () => {
    const args = ["--email", "Ann@shop.example", "--role", "analyst", "--route", "one", "two", "--json"];
    const { code, stdout } = await verdict("add", ...args);
    expect(code).toBe(0);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ email: "ann@shop.example", role: "analyst", routes: ["one", "two"] });
    expect(told.mustChangePassword).toBe(true);
    expect(await verifyPassword(told.password, await passwordOf(told.id))).toBe(true);
    const again = await verdict("add", "--email", "ann@shop.example", "--role", "viewer");
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("somebody has the address")]);
    const trace = await database.db.sql`select actor, action from human_actions where subject = ${told.id}`;
    expect([...trace]).toEqual([{ actor: "cli", action: "person.create" }]);
  });

  test("lists everybody, shuts somebody out, and gives a new password", async () => {
    const reset = await verdict("reset", "--email", "ann@shop.example", "--reason", "forgotten");
    expect(reset.stdout).toMatch(/^ann@shop\.example signs in with [\w-]{27}\n/);
    expect((await verdict("disable", "--email", "ann@shop.example")).stdout).toBe("ann@shop.example is shut out\n");
    const { stdout } = await verdict("list");
    expect(stdout).toMatch(/^ann@shop\.example +analyst +shut out; only one, two$/m);
    expect(stdout).toMatch(/^boss@shop\.example +admin$/m);
    const last = await verdict("disable", "--email", "boss@shop.example");
    expect([last.code, last.stderr]).toEqual([1, "somebody has to stay who may let people in\n"]);
  });

  test.each<[string[], RegExp]>([
    [["add", "--email", "nobody", "--role", "viewer"], /--email/],
    [["add", "--email", "a@b.example", "--role", "king"], /--role/],
    [["add", "--email", "a@b.example"], /--role/],
    [["reset", "--email", "nobody@shop.example"], /there is nobody with the address/],
  ])("says what is wrong with %j", async (args, message) => {
    const { code, stderr } = await verdict(...args);
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });
});

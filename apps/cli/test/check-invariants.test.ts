import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { givenDataDir } from "./given-stack.ts";

vi.setConfig({ testTimeout: 60_000 });

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Runs the command as a process. */
function check(args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const options = {
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        DATABASE_URL: database.url,
        ...env,
      },
    };
    const child = execFile(process.execPath, [MAIN, "check-invariants", ...args], options, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out: out.trim(), err: err.trim() }),
    );
  });
}

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);

test("it tells what holds and names what does not, and the exit code says so", async () => {
  const fine = await check([]);
  expect(fine).toMatchObject({ code: 0, err: "" });
  expect(fine.out.split("\n")).toHaveLength(8);
  expect(fine.out.split("\n").filter((line) => !line.startsWith("holds   "))).toEqual([]);

  const { id } = await givenVerification(database.db, {
    status: "initializing",
    createdAt: ago(90),
    expiresAt: ago(60),
  });
  const broken = await check(["--since", "0.5"]);
  expect(broken).toMatchObject({ code: 1, err: "" });
  expect(broken.out.split("\n").slice(0, 3)).toEqual([
    expect.stringMatching(/^BROKEN {2}no verification is open past its time +1 open verifications past their deadline/),
    `          ${id}`,
    expect.stringMatching(/^holds {3}no end without evidence$/),
  ]);
  const { code, out } = await check(["--json"]);
  const [first, ...others] = JSON.parse(out);
  expect([code, first]).toMatchObject([1, { holds: false, count: 1, heldBack: 0, examples: [id] }]);
  expect(others.map(({ holds }: { holds: boolean }) => holds)).toEqual(Array(7).fill(true));
  // An hour past its window, it is not past the grace that is asked for.
  expect(await check([], { EXPIRY_GRACE_SECONDS: "3600" })).toMatchObject({ code: 0 });
});

test("what stands in the way is told in a line", async () => {
  const DATA_DIR = givenDataDir();
  const nowhere = await check([], { DATABASE_URL: "", DATA_DIR });
  expect(nowhere).toEqual({ code: 1, out: "", err: `DATABASE_URL: not set, and nothing runs on ${DATA_DIR}` });
  expect(await check(["--since", "-1"])).toMatchObject({ code: 1, out: "", err: expect.stringContaining("--since") });
});

import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const KEY = "a-key-that-only-tests-know";

/** Stands in for the API: answers as the test says, and writes down what it was asked. */
let api: Server;
let asked: { method: string | undefined; path: string; key: string | undefined; body: unknown }[];
let answers: { status: number; body: unknown }[];
beforeEach(async () => {
  asked = [];
  answers = [];
  api = createServer(async (request, response) => {
    const text = (await request.toArray()).join("");
    const { method, url = "", headers } = request;
    asked.push({ method, path: url, key: headers.authorization, body: text ? JSON.parse(text) : null });
    const { status, body } = answers.shift() ?? { status: 500, body: {} };
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  await once(api.listen(0, "127.0.0.1"), "listening");
});
afterEach(() => void api.close());

function verdict(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { port } = api.address() as AddressInfo;
  const env = { PATH: process.env.PATH, API_PORT: String(port), API_BOOTSTRAP_KEY: KEY, DATA_DIR: "/nowhere" };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, "work", ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

const work = (id: string, changes: Record<string, unknown> = {}) => ({
  ...{ id, kind: "receipt", status: "open", reference: "r", queue: null, route: "default", verificationId: null },
  ...{ reason: "it broke", payload: null, times: 5, lastAt: "2026-03-01T12:00:00.000Z", ...changes },
});
const page = (nextCursor: string | null, ...items: object[]) => ({ status: 200, body: { items, nextCursor } });

describe("verdict work list", () => {
  test("shows every page of what is open, one line each", async () => {
    answers = [page("more", work("1")), page(null, work("2", { kind: "job", route: null }))];
    const { code, stdout } = await verdict("list", "--kind", "receipt", "--route", "default");
    const lines = stdout.trimEnd().split("\n");
    expect([code, lines.length]).toEqual([0, 3]);
    expect(lines[1]).toMatch(/^1 +receipt +default +5 +2026-03-01 12:00:00 +it broke$/);
    expect(lines[2]).toMatch(/^2 +job +- +5/);
    const path = "/v1/work?status=open&kind=receipt&route=default&limit=200";
    expect(asked.map((call) => [call.path, call.key])).toEqual([
      [path, `Bearer ${KEY}`],
      [`${path}&cursor=more`, `Bearer ${KEY}`],
    ]);
  });

  test("prints it as JSON when asked to, with all the API says", async () => {
    answers = [page(null, work("1"))];
    expect(JSON.parse((await verdict("list", "--json")).stdout)).toEqual([work("1")]);
    answers = [page(null)];
    expect((await verdict("list")).stdout).toBe("no given-up work\n");
  });
});

describe("verdict work redrive", () => {
  const done = (matched: number, redriven: number, dryRun: boolean) => ({
    status: 200,
    body: { matched, redriven, dryRun },
  });

  test.each<[string[], Record<string, unknown>]>([
    [["--id", "1", "--id", "2"], { ids: ["1", "2"], dryRun: false }],
    [["--kind", "job", "--route", "default"], { filter: { kind: "job", route: "default" }, dryRun: false }],
    [["--kind", "batch", "--dry-run"], { filter: { kind: "batch" }, dryRun: true }],
    [[], { filter: {}, dryRun: false }],
  ])("%j asks for just that", async (args, body) => {
    answers = [done(2, 1, body.dryRun === true)];
    const { code, stdout } = await verdict("redrive", ...args, "--reason", "mended");
    expect([code, stdout]).toEqual([0, body.dryRun ? "2 would be put back\n" : "1 of 2 put back\n"]);
    expect(asked).toMatchObject([{ method: "POST", path: "/v1/work/redrive", body: { ...body, reason: "mended" } }]);
  });

  test("prints JSON when asked to", async () => {
    answers = [done(2, 2, false)];
    const { stdout } = await verdict("redrive", "--id", "1", "--reason", "mended", "--json");
    expect(JSON.parse(stdout)).toEqual({ matched: 2, redriven: 2, dryRun: false });
  });

  test.each<[string[], RegExp]>([
    [["--kind", "job"], /--reason/],
    [["--kind", "letter", "--reason", "x"], /--kind/],
    [["--id", "1", "--kind", "job", "--reason", "x"], /--kind/],
  ])("is refused, and nothing is asked, for %j", async (args, message) => {
    const { code, stderr } = await verdict("redrive", ...args);
    expect([code, asked]).toEqual([1, []]);
    expect(stderr).toMatch(message);
  });

  test("tells in a line what the API has against it", async () => {
    answers = [{ status: 400, body: { title: "The request is not valid", detail: "ids.0: Invalid GUID" } }];
    const { code, stderr } = await verdict("redrive", "--id", "1", "--reason", "mended");
    expect([code, stderr]).toEqual([1, "the API answered 400: ids.0: Invalid GUID\n"]);
  });
});

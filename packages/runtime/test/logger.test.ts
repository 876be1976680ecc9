import { expect, test } from "vitest";
import { createLogger } from "../src/index.ts";

test("secrets in well-known fields are not logged", () => {
  const lines: string[] = [];
  const log = createLogger({ name: "api", level: "debug" }, { write: (line) => void lines.push(line) });
  log.info(
    { token: "hunter2", settings: { databaseUrl: "hunter2" }, req: { headers: { authorization: "hunter2" } } },
    "hi",
  );
  log.trace("below the level");
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain("hunter2");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ name: "api", level: 30, msg: "hi", token: "[Redacted]" });
});

test("of a failed query only its cause is logged, never its values", () => {
  const lines: string[] = [];
  const log = createLogger({ name: "api" }, { write: (line) => void lines.push(line) });
  const cause = Object.assign(new Error("connect refused"), { code: "ECONNREFUSED" });
  const failed = Object.assign(new Error("Failed query: insert … params: hunter2", { cause }), { params: ["hunter2"] });
  log.error({ err: failed }, "request failed");
  expect(lines[0]).not.toContain("hunter2");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ err: { message: "connect refused", code: "ECONNREFUSED" } });
});

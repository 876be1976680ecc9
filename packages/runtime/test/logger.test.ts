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

test("settings that are logged by mistake, whole or one by one, tell no secret", () => {
  const lines: string[] = [];
  const log = createLogger({ name: "api" }, { write: (line) => void lines.push(line) });
  const secret = ["DATABASE_URL", "QUEUE_URL", "AUTH_SECRET", "METRICS_TOKEN", "DATA_ENCRYPTION_KEYS", "clientSecret"];
  const settings = { API_PORT: 8081, ...Object.fromEntries(secret.map((name) => [name, "hunter2"])) };
  log.info({ settings }, "hi");
  log.info(settings, "hi");
  expect(lines.join()).not.toContain("hunter2");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ settings: { API_PORT: 8081 } }, { API_PORT: 8081 }]);
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

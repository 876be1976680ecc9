import { expect, test } from "vitest";
import { type SourceFile, violationsIn } from "../src/import-rules.ts";
import { sourceFiles } from "../src/source-files.ts";

test("the whole repository keeps the import rules", () => {
  const files = sourceFiles();
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap(violationsIn)).toEqual([]);
});

// Put together here, so that this file itself keeps the rules.
const worker = ["@verdict", "worker"].join("/");
const pathToWorker = ["..", "..", "worker", "src", "x.ts"].join("/");

const file = (part: string, text: string, isTest = false): SourceFile => ({
  part,
  path: `${part}/src/x.ts`,
  isTest,
  text,
});

test.each([
  ["the domain depends on nothing", file("packages/domain", 'import { z } from "@verdict/db";')],
  ["db does not know the queue", file("packages/db", 'import { openQueue } from "@verdict/queue";')],
  ["services do not know the queue", file("packages/services", 'import type { Queue } from "@verdict/queue";')],
  ["an app never imports an app", file("apps/api", `import x from "${worker}";`)],
  ["nor by a path", file("apps/api", `import y from "${pathToWorker}";`)],
  ["only db knows drizzle", file("apps/api", 'import { eq } from "drizzle-orm";')],
  ["not even a part of it", file("packages/services", 'import { sql } from "drizzle-orm/sql";')],
  ["only the queue knows BullMQ", file("apps/worker", 'const { Queue } = await import("bullmq");')],
  ["only delivery knows nodemailer", file("apps/worker", 'import nodemailer from "nodemailer";')],
  ["and how webhooks are signed", file("packages/services", 'import { Webhook } from "standardwebhooks";')],
  ["delivery does not know the database", file("packages/delivery", 'import type { Db } from "@verdict/db";')],
  ["services send nothing", file("packages/services", 'import { send } from "@verdict/delivery";')],
  ["packages do not know Hono", file("packages/services", 'import { Hono } from "hono";')],
  ["packages do not read the environment", file("packages/db", "const url = process.env.DATABASE_URL;")],
  ["the test kit is for tests", file("apps/api", 'import { until } from "@verdict/testkit";')],
])("refused: %s", (_, source) => {
  expect(violationsIn(source)).toHaveLength(1);
});

test.each([
  ["an app uses services", file("apps/api", 'import { x } from "@verdict/services";')],
  ["an app sends", file("apps/worker", 'import { send } from "@verdict/delivery";')],
  ["an app reads the environment", file("apps/api", "process.env.X")],
  ["a test uses the kit", file("packages/db", 'import { until } from "@verdict/testkit";', true)],
  ["a name that only begins alike", file("apps/api", 'import x from "postgres-date";')],
])("allowed: %s", (_, source) => {
  expect(violationsIn(source)).toEqual([]);
});

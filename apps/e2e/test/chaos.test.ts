import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyLedger } from "@verdict/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cell } from "../src/chaos/cells.ts";
import { runCell } from "../src/chaos/run-cell.ts";
import { openStage, type Stage } from "../src/chaos/stage.ts";

/** A few cells of the kill matrix; `npm run chaos` goes through all of them, with both queue drivers. */
const CELLS: readonly Omit<Cell, "queue">[] = [
  { part: "receiver", strike: "kill", step: "callback" },
  { part: "worker", strike: "kill", step: "claim" },
  { part: "worker", strike: "suspend", step: "check" },
  { part: "api", strike: "kill", step: "initialize" },
  { part: "postgres", strike: "kill", step: "claim" },
  { part: "postgres", strike: "cut", step: "check" },
];

let folder: string;
let stage: Stage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verdict-chaos-"));
  stage = await openStage(folder, "postgres");
});
afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

test.each(CELLS)(
  "sessions come to their outcomes when $part suffers $strike at $step",
  { timeout: 120_000 },
  async (cell) => {
    const { complaints } = await runCell(stage, { ...cell, queue: "postgres" });
    expect(complaints).toEqual([]);
  },
);

test("and the chain of evidence is whole", async () => {
  expect((await verifyLedger(stage.db)).kind).toBe("whole");
});

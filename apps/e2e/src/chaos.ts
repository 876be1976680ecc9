import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { verifyLedger } from "@verdict/services";
import { cellsOf, nameOf, type QueueKind } from "./chaos/cells.ts";
import { type CellReport, runCell } from "./chaos/run-cell.ts";
import { openStage } from "./chaos/stage.ts";

/**
 * The kill matrix: every part of Verdict struck in every way at every step of a session's way, with both queue drivers. Ends
 * with 1 if a session came to anything but its outcome, a promise was broken, or the chain of evidence.
 */
const { values } = parseArgs({
  options: {
    queue: { type: "string", default: "postgres,redis" },
    /** Only cells whose name contains this. */
    only: { type: "string", default: "" },
    times: { type: "string", default: "1" },
  },
});

let failed = 0;
let kept = 0;
for (const queue of values.queue.split(",") as QueueKind[]) {
  const folder = await mkdtemp(join(tmpdir(), "verdict-chaos-"));
  const stage = await openStage(folder, queue);
  const interrupted = Promise.withResolvers<never>();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupted.reject(new Error(signal)));
  try {
    const cells = Array.from({ length: Number(values.times) }, () => cellsOf(queue))
      .flat()
      .filter((cell) => nameOf(cell).includes(values.only));
    for (const [index, cell] of cells.entries()) {
      if (!stage.canStrike(cell.part, cell.strike)) {
        process.stdout.write(`left out  ${nameOf(cell)}: not possible on this machine\n`);
        continue;
      }
      process.stderr.write(`${index + 1} of ${cells.length} with the ${queue} queue\r`);
      const report = await Promise.race([runCell(stage, cell), interrupted.promise]);
      tell(report);
      if (report.complaints.length > 0) failed += 1;
      else kept += 1;
    }
    const ledger = await verifyLedger(stage.db);
    process.stdout.write(`${queue} queue: the chain of evidence is ${ledger.kind}, ${ledger.rows} rows\n`);
    if (ledger.kind !== "whole") failed += 1;
  } finally {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  }
}
process.stdout.write(`${kept} kept every promise, ${failed} did not\n`);
process.exitCode = failed === 0 ? 0 : 1;

function tell({ name, complaints, ms }: CellReport): void {
  const verdict = complaints.length === 0 ? "kept" : "BROKEN";
  process.stdout.write(`${verdict.padEnd(9)} ${name}, ${(ms / 1_000).toFixed(1)} s\n`);
  for (const complaint of complaints) process.stdout.write(`          ${complaint}\n`);
}

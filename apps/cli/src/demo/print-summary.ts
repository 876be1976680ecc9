import { SUB_CODES } from "@verdict/domain";
import type { Summary } from "./summary.ts";

/** The summary as lines for a person, in two aligned columns. */
export function printSummary(summary: Summary): string[] {
  const { callbacks, timeToOutcomeMs: time } = summary;
  const rows: [string, string][] = [
    ["sessions", `${summary.sessions}, ${summary.terminal} ended, ${summary.open} open`],
    ...Object.entries(summary.statuses).map(([status, count]): [string, string] => [`  ${status}`, String(count)]),
    ["sub-codes", ""],
    ...Object.entries(summary.subCodes).map(([code, count]): [string, string] => [
      `  ${code}`,
      `${count}${SUB_CODES[code] ? `   ${SUB_CODES[code]}` : ""}`,
    ]),
    ["callbacks sent", String(callbacks.sent)],
    ["  received", `${callbacks.received}, of them ${callbacks.copies} copies`],
    ["  refused", `${callbacks.refused}   forged`],
    ...(callbacks.failed > 0 ? [["  failed", String(callbacks.failed)] as [string, string]] : []),
    ["callbacks dropped", String(callbacks.dropped)],
    ["checks", String(summary.checks)],
    [
      "time to outcome",
      `p50 ${seconds(time.p50)}, p99 ${seconds(time.p99)}   from the visitor's last act, ${time.count} visitors`,
    ],
    ["stack", `${summary.stack}, queue on ${summary.queue}, ${summary.durationSeconds.toFixed(1)} s`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return [
    ...rows.map(([name, value]) => `${name.padEnd(width)}${value}`.trimEnd()),
    "",
    ...summary.invariants.map(
      ({ name, held, broken }) =>
        `${held ? "held  " : "BROKEN"}  ${name}${held ? "" : `: ${broken.slice(0, 5).join(", ")}`}`,
    ),
  ];
}

const seconds = (ms: number | null): string => (ms === null ? "–" : `${(ms / 1000).toFixed(2)} s`);

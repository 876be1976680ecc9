import { aligned } from "../print/table.ts";
import type { Entry } from "./verification.ts";

/** One line for each entry: when, what kind of thing, and what it says. */
export function printTimeline(entries: readonly Entry[]): string[] {
  if (entries.length === 0) return ["  nothing has happened yet"];
  return aligned(entries.map((entry) => ["", time(entry.at), entry.type, sayEntry(entry)]));
}

/** To the millisecond: that is what the order of a timeline hangs on. */
const time = (iso: string) => iso.slice(0, 23).replace("T", " ");

/** An entry in words. One of a kind that a later version adds is shown with all its plain values. */
export function sayEntry({ type, at, ...entry }: Entry): string {
  const text = (name: string) => (entry[name] === null || entry[name] === undefined ? "" : String(entry[name]));
  const said = (...words: (string | false)[]) => words.filter(Boolean).join(" ");
  switch (type) {
    case "receipt":
      return said(
        `says ${result(entry)}`,
        Number(entry.copies) > 0 && `and came ${Number(entry.copies) + 1} times`,
        text("timing") === "in_time" ? "" : `(${text("timing")})`,
        `by ${text("sink")}`,
      );
    case "check":
      return said(`${text("operation")}:`, entry.passed === null ? text("kind") : result(entry), `(${text("code")})`);
    case "transition":
      return said(
        `${text("from") || "nothing"} → ${text("to")}:`,
        text("cause"),
        text("actor") && `by ${text("actor")}`,
      );
    case "discrepancy":
      return said(text("discrepancy"), text("closedAt") ? `closed ${time(text("closedAt"))}` : `open, ${text("id")}`);
    case "alert":
      return said(text("rule"), text("severity"), text("status"));
    default:
      return said(...Object.entries(entry).flatMap(([name, value]) => (isPlain(value) ? `${name}=${value}` : [])));
  }
}

const result = ({ passed, subCode }: { [name: string]: unknown }): string =>
  [passed ? "passed" : "failed", subCode].filter(Boolean).join(" ");

const isPlain = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);

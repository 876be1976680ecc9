import type { z } from "zod";
import { DuplicateFace } from "./face-duplication-check.ts";
import { parseJson } from "./parse-json.ts";

/**
 * Reads a record that should be JSON as text, and may be absent, empty, an object already, or encoded twice (provider notes,
 * section 4.2). Null when there is nothing to read; what cannot be read stays where it is, in the answer itself.
 */
export function parseExtRecord(given: unknown): Record<string, unknown> | null {
  const value = unwrap(given);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** The similar faces of a face check, one that stands alone included; empty when there are none or nothing can be read. */
export function parseDuplicateFaces(given: unknown): z.output<typeof DuplicateFace>[] {
  const value = unwrap(given);
  if (typeof value !== "object" || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map((face) => DuplicateFace.parse(face));
}

/** Twice is the deepest that was seen; a text that holds itself for ever is not chased. */
const unwrap = (given: unknown, depth = 2): unknown =>
  typeof given === "string" && depth > 0 ? unwrap(parseJson(given), depth - 1) : given;

import { z } from "zod";
import { DuplicateFace } from "./face-duplication-check.ts";

/**
 * Reads a record that should be JSON as text, and may be absent, empty, an object already, or encoded twice (provider notes,
 * section 4.2). Null when there is nothing to read; what cannot be read stays where it is, in the answer itself.
 */
export function parseExtRecord(given: unknown): Record<string, unknown> | null {
  const value = unwrap(given);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** The similar faces of a face check, empty when there are none or they cannot be read. */
export function parseDuplicateFaces(given: unknown): z.output<typeof DuplicateFace>[] {
  const faces = z.array(DuplicateFace).safeParse(unwrap(given));
  return faces.success ? faces.data : [];
}

/** Twice is the deepest that was seen; a text that holds itself for ever is not chased. */
function unwrap(given: unknown, depth = 2): unknown {
  if (typeof given !== "string" || depth === 0) return given;
  try {
    return unwrap(JSON.parse(given), depth - 1);
  } catch {
    return null;
  }
}

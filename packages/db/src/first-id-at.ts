/**
 * The lowest id that can have been made at that moment; null: the lowest of all. Our ids are UUIDv7, so that a range of ids is
 * a range of time, and every table has an index for it.
 */
export function firstIdAt(at: Date | null): string {
  if (!at) return "00000000-0000-0000-0000-000000000000";
  const ms = Math.max(0, at.getTime()).toString(16).padStart(12, "0");
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`;
}

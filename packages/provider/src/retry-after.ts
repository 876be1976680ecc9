/** Nobody waits longer on a stranger's word: a session lapses after 30 minutes. */
const LONGEST_MS = 300_000;

/**
 * The pause an answer asks for, in milliseconds, or null. `x-acs-retry-after` counts milliseconds, as the vendor's SDK reads
 * it; whether the service sends it is not documented (provider notes, section 2.6). A proxy's `retry-after` counts seconds.
 */
export function readRetryAfter(headers: Readonly<Record<string, string | string[] | undefined>>): number | null {
  return read(headers["x-acs-retry-after"], 1) ?? read(headers["retry-after"], 1_000);
}

function read(header: string | string[] | undefined, unit: number): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined || !/^\d{1,15}$/.test(text.trim())) return null;
  const value = Number(text) * unit;
  return value > 0 ? Math.min(value, LONGEST_MS) : null;
}

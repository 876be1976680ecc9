import { SettingsError } from "@verdict/runtime";
import { InvalidArgumentError } from "commander";

/**
 * The value itself; for `-` the first line of stdin. Personal data and tokens that are written on a command line stay in the
 * shell's history and are seen by everybody who lists processes. `name`: what to call it where it is missing.
 */
export async function valueOrStdin(given: string, name: string): Promise<string> {
  if (given !== "-") return given;
  const [line = ""] = (await process.stdin.setEncoding("utf8").toArray()).join("").split(/\r?\n/, 1);
  if (line === "") throw new SettingsError(`${name}: - reads it from stdin, where nothing came`);
  return line;
}

/** A whole number within bounds, both included, for an option or argument. */
export const wholeNumber = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value;
  throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}`);
};

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** An ISO 8601 time, or how long ago: `30m`, `24h`, `7d`. */
export function pastTime(text: string): Date {
  const [, count, unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const at = count === undefined ? new Date(text) : new Date(Date.now() - Number(count) * (UNIT_MS[unit] ?? 0));
  const written = count !== undefined || /^\d{4}-\d\d-\d\d(T|$)/.test(text);
  if (written && !Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError("expected a time like 2026-03-01T12:00:00Z, or how long ago like 30m, 24h or 7d");
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);

/** One of our ids. */
export function uuid(text: string): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new InvalidArgumentError("expected an id like 01890a5d-ac96-774b-bcce-b302099a8057");
}

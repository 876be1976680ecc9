import { SettingsError } from "../src/index.ts";

/** The lines of the SettingsError that `read` throws; none when it throws nothing. */
export function linesOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof SettingsError) return error.lines;
    throw error;
  }
  return [];
}

import { EmbeddedPostgresError } from "@verdict/db/embedded";
import { SettingsError } from "@verdict/runtime";

/** What a person is told about an error: only the message where it was written for them, else all we know. */
export function explain(error: unknown): string {
  if (error instanceof SettingsError || error instanceof EmbeddedPostgresError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Mistakes in what the operator configured: one line each, ready to print. Never holds the value of a secret. */
export class SettingsError extends Error {
  readonly lines: readonly string[];

  constructor(lines: string | readonly string[]) {
    const all = typeof lines === "string" ? [lines] : [...new Set(lines)];
    super(all.join("\n"));
    this.name = "SettingsError";
    this.lines = all;
  }
}

import { existsSync, readFileSync } from "node:fs";
import { SettingsError } from "@verdict/runtime";

const PRESETS = ["none", "default", "harsh"];

/**
 * What `--faults` means: a preset's name, a plan as JSON text, or a file that holds one. The simulator checks the plan
 * itself; the seed is the demo's.
 */
export function readFaults(given: string, seed: number): Record<string, unknown> {
  if (PRESETS.includes(given)) return { preset: given, seed };
  const text = existsSync(given) ? readFileSync(given, "utf8") : given;
  try {
    const plan: unknown = JSON.parse(text);
    if (typeof plan === "object" && plan !== null && !Array.isArray(plan)) return { ...plan, seed };
  } catch {
    // Said below, together with the other ways to get here.
  }
  throw new SettingsError(`--faults: expected ${PRESETS.join(", ")}, a JSON object or a file with one`);
}

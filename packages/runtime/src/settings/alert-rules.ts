import { readFileSync } from "node:fs";
import {
  type AlertRuleSettings,
  DEFAULT_ALERT_RULES,
  DEFAULT_NOTIFICATION_POLICY,
  type NotificationPolicy,
} from "@verdict/domain";
import { z } from "zod";
import { environment } from "./environment.ts";
import { type EnvSource, readEnv } from "./read-env.ts";
import { SettingsError } from "./settings-error.ts";

/** When alerts are raised, and how they are told. */
export type AlertSettings = { rules: AlertRuleSettings; tell: NotificationPolicy };

/** Whatever is given has the type that the default has; a name that no default has is a mistake. */
type Defaults = { [name: string]: string | number | boolean | null | Defaults };

const SHARES = new Set(["share", "chance"]);
const NULLABLE = new Set(["escalate"]);
/** The defaults of what may be null do not tell what else it may be. */
const fieldOf = (name: string, value: Defaults[string]): z.ZodType => {
  if (name === "severity") return z.enum(["critical", "warning"], "expected critical or warning");
  if (typeof value === "object" && value !== null) return schemaOf(value);
  if (typeof value === "boolean") return z.boolean("expected true or false");
  const number = SHARES.has(name)
    ? z.number("expected a number above 0, at most 1").gt(0, "expected a number above 0").max(1, "expected at most 1")
    : z.number("expected a number").min(0, "expected 0 or more").max(10_000_000, "expected at most 10000000");
  return NULLABLE.has(name) ? number.nullable() : number;
};

const schemaOf = (defaults: Defaults): z.ZodType =>
  z.strictObject(
    Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, fieldOf(name, value).optional()])),
  );

const DEFAULTS: AlertSettings = { rules: DEFAULT_ALERT_RULES, tell: DEFAULT_NOTIFICATION_POLICY };
const Given = schemaOf(DEFAULTS as unknown as Defaults);

/**
 * The thresholds of ALERT_RULES, over those that ship: a JSON object, or the path of a file that holds one, like
 * `{"rules": {"user_burst": {"failures": 10}}, "tell": {"critical": {"repeat": 600}}}`. Throws a SettingsError with one line
 * per mistake that names the place.
 */
export function readAlertSettings(source: EnvSource): AlertSettings {
  const { ALERT_RULES } = readEnv((production) => environment(production).pick({ ALERT_RULES: true }), source);
  if (ALERT_RULES === undefined) return DEFAULTS;
  const parsed = Given.safeParse(readJson(ALERT_RULES));
  if (parsed.success) return over(DEFAULTS as unknown as Defaults, parsed.data as Defaults) as unknown as AlertSettings;
  throw new SettingsError(
    parsed.error.issues.map(
      ({ path, message }) => `ALERT_RULES: ${[...path.map(String), ""].join(".").slice(0, -1)}: ${message}`,
    ),
  );
}

function readJson(text: string): unknown {
  const inline = text.trimStart().startsWith("{");
  try {
    return JSON.parse(inline ? text : readFileSync(text, "utf8"));
  } catch (error) {
    const what = inline ? "the text" : text;
    const why = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new SettingsError(
      `ALERT_RULES: ${what} ${why}; expected a JSON object, or the path of a file that holds one`,
    );
  }
}

/** What is given, over the defaults, on every level. */
const over = (defaults: Defaults, given: Defaults): Defaults =>
  Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => {
      const wanted = given[name];
      if (wanted === undefined) return [name, value];
      const deeper = typeof value === "object" && value !== null && typeof wanted === "object" && wanted !== null;
      return [name, deeper ? over(value, wanted) : wanted];
    }),
  );

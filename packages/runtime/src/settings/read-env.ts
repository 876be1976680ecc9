import { z } from "zod";
import { SettingsError } from "./settings-error.ts";

/** Environment variables as a process holds them. */
export type EnvSource = Readonly<Record<string, string | undefined>>;

/** A schema, or one that depends on whether this is production (where no secret has a default). */
export type EnvSchema<Schema extends z.ZodObject> = Schema | ((production: boolean) => Schema);

const mode = z
  .enum(["production", "development", "test"], {
    // "prod" taken for development would bring every default secret into production.
    error: (issue) => `expected production, development or test, got ${JSON.stringify(issue.input)}`,
  })
  .optional();

/**
 * Reads an environment with a zod object whose keys are variable names. An empty value counts as not set.
 * Throws a SettingsError with one line per mistake: `NAME: what is expected and what is wrong`.
 */
export function readEnv<Schema extends z.ZodObject>(
  schema: EnvSchema<Schema>,
  source: EnvSource,
): z.output<Schema> & { production: boolean } {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const production = set.NODE_ENV === "production";
  const wanted = typeof schema === "function" ? schema(production) : schema;

  const parsedMode = mode.safeParse(set.NODE_ENV);
  const parsed = wanted.safeParse(set);
  if (parsed.success && parsedMode.success) return { ...parsed.data, production };

  const modeLines = parsedMode.error?.issues.map((issue) => `NODE_ENV: ${issue.message}`) ?? [];
  throw new SettingsError([...modeLines, ...(parsed.error?.issues ?? []).map((issue) => describe(issue, set))]);
}

/** The messages of our fields and of zod name what is expected, never the value of a secret. */
function describe({ path, message }: z.core.$ZodIssue, set: Record<string, unknown>): string {
  return `${path.join(".")}: ${String(path[0]) in set ? "" : "not set; "}${message}`;
}

/**
 * Runs independent readers of settings and returns what each read, under its own name. Throws one SettingsError with the
 * lines of all of them, each once, so that a person corrects everything in one go.
 */
export function readTogether<Readers extends Record<string, () => unknown>>(
  readers: Readers,
): { [Name in keyof Readers]: ReturnType<Readers[Name]> } {
  const lines: string[] = [];
  const read = Object.entries(readers).map(([name, reader]) => {
    try {
      return [name, reader()];
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      lines.push(...error.lines);
      return [name, undefined];
    }
  });
  if (lines.length > 0) throw new SettingsError([...new Set(lines)]);
  return Object.fromEntries(read);
}

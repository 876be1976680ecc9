import { sqlStateOf } from "@verdict/db";

const LENGTH_MAX = 300;

/** What names a part of our schema may stay in quotes; all else in quotes may be what somebody sent. */
const QUOTED = /(\b(?:relation|table|column|constraint|index|function|trigger) )?"[^"]*"?/g;

/**
 * Why something failed, in a line of at most 300 characters that quotes no value: not what a statement was given, not what
 * could not be parsed. Takes an error, or the message of one.
 */
export function failureReason(error: unknown): string {
  const root = rootOf(error);
  const code = sqlStateOf(root);
  const text = root instanceof Error ? root.message || root.name : String(root);
  const line = withoutValues(text).replaceAll(/\s+/g, " ").trim();
  return (code ? `${code} ${line}` : line).slice(0, LENGTH_MAX) || "no reason was given";
}

/** What a query failed of is the cause; the error around it tells the statement and its parameters. */
const rootOf = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error;

function withoutValues(text: string): string {
  const issues = issuesIn(text);
  if (issues) return issues.map(({ path, message }) => `${path.join(".") || "all of it"}: ${message}`).join("; ");
  const [statement = ""] = text.split(/\nparams:/);
  return statement.replaceAll("\0", "").replaceAll(QUOTED, (quoted, kept) => (kept ? quoted : '"…"'));
}

/** The message of a ZodError is the list of its issues. They name fields and expectations, and hold no values. */
function issuesIn(text: string): { path: (string | number)[]; message: string }[] | null {
  if (!text.startsWith("[")) return null;
  try {
    const issues: unknown = JSON.parse(text);
    return Array.isArray(issues) && issues.every((issue) => Array.isArray(issue?.path) && "message" in issue)
      ? issues
      : null;
  } catch {
    return null;
  }
}

/** What Postgres keeps neither of: U+0000, and half a surrogate pair. JSON.stringify escapes both, and nothing else alike. */
const SUSPECT = /\\u(?:0000|d[89a-f])/;

/**
 * A value as the JSON that a statement unpacks. One letter that Postgres would refuse, in a message of the provider's, must
 * not cost us its answer.
 */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return SUSPECT.test(json) ? JSON.stringify(value, mend) : json;
}

const mend = (_: string, value: unknown): unknown =>
  typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\uFFFD") : value;

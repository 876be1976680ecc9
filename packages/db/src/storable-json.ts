/** What Postgres keeps neither of: U+0000, and half a surrogate pair. JSON.stringify escapes both, and nothing else alike. */
const SUSPECT_JSON = /\\u(?:0000|d[89a-f])/;
const SUSPECT_TEXT = /[\0\ud800-\udfff]/;

/**
 * A value as the JSON that a statement unpacks. One letter that Postgres would refuse, in a message of the provider's, must
 * not cost us its answer.
 */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return SUSPECT_JSON.test(json) ? JSON.stringify(value, mend) : json;
}

/** The same for a text by itself. */
export const storableText = (text: string): string =>
  SUSPECT_TEXT.test(text) ? text.toWellFormed().replaceAll("\0", "\uFFFD") : text;

const mend = (_: string, value: unknown): unknown => (typeof value === "string" ? storableText(value) : value);

/**
 * Rows as the JSON that a statement unpacks. Postgres keeps neither U+0000 nor half a surrogate pair, and one such letter in
 * a message of the provider's must not cost us its answer.
 */
export const storableJson = (rows: readonly unknown[]): string =>
  JSON.stringify(rows, (_, value) =>
    typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\uFFFD") : value,
  );

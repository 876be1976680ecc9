/** Escapes of NUL and of surrogates, paired or not, and any other escape, so that `\\u0000` is not mistaken for one. */
const ESCAPES = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u0000|u[dD][89a-fA-F][\da-fA-F]{2}|.)/gs;

const UNSTORABLE = /^\\u(?:0000|[dD][89a-fA-F]..)$/;

/**
 * Reads JSON of any depth; null when it is none. NUL and lone surrogates, which no database can hold, become U+FFFD: one such
 * character in an answer must not keep the evidence from being recorded.
 */
export function parseJson(text: string): unknown {
  const wellFormed = text.toWellFormed();
  const suspect = /\\u(?:0000|[dD][89a-fA-F])/.test(wellFormed);
  const storable = suspect
    ? wellFormed.replace(ESCAPES, (found) => (UNSTORABLE.test(found) ? "\\ufffd" : found))
    : wellFormed;
  try {
    return JSON.parse(storable);
  } catch {
    return null;
  }
}

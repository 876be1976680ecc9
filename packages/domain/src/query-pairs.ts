/**
 * The pairs of a raw query, exactly as URLSearchParams reads them, or null when there are more than `most`. Most callbacks hold
 * nothing that is escaped, and are read in one pass; every stranger pays for this, so it is worth being quick.
 */
export function queryPairs(raw: string, most: number): Iterable<readonly [string, string]> | null {
  if (raw.includes("%") || raw.includes("+")) {
    // The question mark is what URLSearchParams would take from the text otherwise.
    const pairs = [...new URLSearchParams(`?${raw}`)];
    return pairs.length > most ? null : pairs;
  }
  const pairs: [string, string][] = [];
  for (let start = 0; start < raw.length; ) {
    const ampersand = raw.indexOf("&", start);
    const end = ampersand === -1 ? raw.length : ampersand;
    if (end > start) {
      if (pairs.length === most) return null;
      const equals = raw.indexOf("=", start);
      pairs.push(
        equals === -1 || equals >= end
          ? [raw.slice(start, end), ""]
          : [raw.slice(start, equals), raw.slice(equals + 1, end)],
      );
    }
    start = end + 1;
  }
  return pairs;
}

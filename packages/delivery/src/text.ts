/** Text of at most so many characters, never ending in half of one; what is cut off is marked. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** The same by bytes of UTF-8, for limits that count these. */
export function cutBytes(text: string, max: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= max) return text;
  // A character that was cut through decodes to a replacement, which goes.
  return `${new TextDecoder().decode(bytes.subarray(0, max - 3)).replace(/\ufffd+$/, "")}…`;
}

/** On one line, without anything that a Markdown reader takes for a link, a picture, a tag or a heading. */
export const plainMarkdown = (text: string): string =>
  text
    .replaceAll(/\s+/g, " ")
    .replaceAll("[", "(")
    .replaceAll("]", ")")
    .replaceAll("<", "‹")
    .replaceAll(">", "›")
    .replaceAll(/[*#`~|]/g, "");

/** A URL that a Markdown link can hold. */
export const linkable = (url: string): string =>
  url.replaceAll("(", "%28").replaceAll(")", "%29").replaceAll(" ", "%20");

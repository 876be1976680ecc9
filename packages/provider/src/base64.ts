/**
 * What keeps a text from being strict Base64, in words that repeat none of it; null when it is. Strict means the standard
 * alphabet, padded, without line breaks: what other readers forgive, the provider is not known to.
 */
export function base64Fault(text: string): string | null {
  if (text === "") return "the text is empty";
  if (/^data:/i.test(text)) return "the text begins with a data: prefix; send only what follows the comma";
  const stray = text.search(/[^A-Za-z0-9+/=]/);
  if (stray !== -1) return strayCharacter(text.charAt(stray), stray);
  const padding = text.indexOf("=");
  if (padding !== -1 && !/^==?$/.test(text.slice(padding)))
    return `there is padding at position ${padding}, before the end`;
  if (text.length % 4 !== 0) return `its length of ${text.length} characters is no multiple of 4, padding included`;
  // Whoever left bits over has cut the text or joined two.
  const last = text.slice(-4);
  return Buffer.from(last, "base64").toString("base64") === last ? null : "its last group of 4 holds bits left over";
}

function strayCharacter(character: string, at: number): string {
  if (/\s/.test(character)) return `there is whitespace at position ${at}`;
  if (character === "-" || character === "_") {
    return `position ${at} has a character of the URL-safe alphabet; the standard one has + and / instead`;
  }
  return `the character at position ${at} belongs to no Base64`;
}

/** How many bytes strict Base64 stands for, without decoding it. */
export const decodedLength = (base64: string): number =>
  (base64.length / 4) * 3 - (base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0);

/** How long strict Base64 is in a form body, where `+`, `/` and `=` take three characters each. */
export function formLength(base64: string): number {
  let length = base64.length;
  // `+`, `/` and `=` have the codes 43, 47 and 61. A loop, since a list of ten million matches is slow to build.
  for (let at = 0; at < base64.length; at++) {
    const code = base64.charCodeAt(at);
    if (code === 43 || code === 47 || code === 61) length += 2;
  }
  return length;
}

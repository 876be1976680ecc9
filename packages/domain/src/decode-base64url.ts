/** The value of each digit by its character code; everything else has this one. */
const NO_DIGIT = 64;
const VALUES = new Uint8Array(128).fill(NO_DIGIT);
for (const [value, digit] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].entries())
  VALUES[digit.charCodeAt(0)] = value;

/**
 * Fills `into`, a multiple of three bytes, with what stands in `text` as base64url from `start` on. False when that is anything but
 * the right number of digits; `into` holds nothing of use then. Buffer's own decoder skips what is no digit, so text would have to
 * be looked through before, and cut out; this is for a text that every stranger may send.
 */
export function decodeBase64url(text: string, start: number, into: Uint8Array): boolean {
  if (text.length - start !== (into.length / 3) * 4) return false;
  let seen = 0;
  let from = start;
  for (let to = 0; to < into.length; to += 3) {
    const a = valueAt(text, from++);
    const b = valueAt(text, from++);
    const c = valueAt(text, from++);
    const d = valueAt(text, from++);
    seen |= a | b | c | d;
    into[to] = (a << 2) | (b >> 4);
    into[to + 1] = (b << 4) | (c >> 2);
    into[to + 2] = (c << 6) | d;
  }
  return seen < NO_DIGIT;
}

const valueAt = (text: string, at: number): number => VALUES[text.charCodeAt(at)] ?? NO_DIGIT;

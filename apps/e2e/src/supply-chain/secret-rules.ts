import { createHash } from "node:crypto";

/** What looks like a secret, without repeating it. */
export type FoundSecret = { line: number; rule: string; fingerprint: string };

/** Forms that nothing else has. */
const FORMS: Readonly<Record<string, RegExp>> = {
  "private key": /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*\n?[A-Za-z0-9+/=]{16,}/g,
  "Alibaba Cloud access key": /\bLTAI[A-Za-z0-9]{12,24}\b/g,
  "AWS access key": /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  "GitHub token": /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})\b/g,
  "npm token": /\bnpm_[A-Za-z0-9]{36}\b/g,
  "Slack token": /\bxox[abeoprs]-[A-Za-z0-9-]{20,}/g,
  "Slack webhook": /hooks\.slack\.com\/services\/T[A-Z0-9]{8,}\/B[A-Z0-9]{8,}\/[A-Za-z0-9]{20,}/g,
  "Stripe key": /\b[rs]k_live_[A-Za-z0-9]{20,}/g,
  "Google key": /\bAIza[A-Za-z0-9_-]{35}\b/g,
  "signed web token": /\beyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{20,}/g,
};

/** A long value that is given to something named like a secret; how random it is decides. */
const ASSIGNED =
  /(?:secret|token|passw(?:or)?d|pepper|api[-_]?key|access[-_]?key|private[-_]?key|credential)[\w-]*["'`]?\s*(?:[:=]|=>)\s*["'`]?(?:[A-Za-z0-9_-]{1,15}:)?([A-Za-z0-9+/_-]{24,}={0,2})/gi;

/** Bits of a character. Words in a row have 3.5 at most, 32 random ones in base64 about 4.5. */
const RANDOM_ENOUGH = 4;

/** What looks like a secret in a text. Known ones are fingerprints of what a person has looked at and found harmless. */
export function findSecrets(text: string, known: ReadonlySet<string> = new Set()): FoundSecret[] {
  const byForm = Object.entries(FORMS).flatMap(([rule, form]) =>
    [...text.matchAll(form)].map((match) => ({ rule, at: match.index, value: match[0] })),
  );
  const assigned = [...text.matchAll(ASSIGNED)].flatMap((match) => {
    const value = match[1] ?? "";
    const random = entropy(value) >= RANDOM_ENOUGH && /\d/.test(value) && /[A-Za-z]/.test(value);
    return random ? [{ rule: "random value of a secret's name", at: match.index, value }] : [];
  });
  return [...byForm, ...assigned]
    .map(({ rule, at, value }) => ({
      rule,
      line: text.slice(0, at).split("\n").length,
      fingerprint: fingerprint(value),
    }))
    .filter((found) => !known.has(found.fingerprint));
}

/** Enough of a hash to know a value again, too little to guess it from. */
export const fingerprint = (value: string): string => createHash("sha256").update(value).digest("hex").slice(0, 16);

/** Shannon's, in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}

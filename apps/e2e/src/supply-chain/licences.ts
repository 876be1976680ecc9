import type { Installed } from "./installed-packages.ts";

/** What may be shipped with a product under Apache-2.0 without asking anybody. */
export const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "OFL-1.1",
  "PostgreSQL",
  "Unlicense",
]);

/** Packages whose manifest says nothing, or nothing that is an SPDX expression: what their licence file says. Read it first. */
export const READ_BY_HAND: Readonly<Record<string, string>> = {};

/** A line for each package that may not be shipped. */
export const refusedLicences = (packages: readonly Installed[], readByHand = READ_BY_HAND): string[] =>
  packages.flatMap(({ name, version, licence }) => {
    const says = readByHand[`${name}@${version}`] ?? licence;
    if (says === null) return [`${name}@${version} says no licence`];
    return isAllowed(says) ? [] : [`${name}@${version} is under ${says}`];
  });

/** Whether an SPDX expression leaves a choice that is allowed. What cannot be read is not. */
export function isAllowed(expression: string): boolean {
  const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const either = (): boolean => {
    let allowed = both();
    while (tokens[at] === "OR") {
      at += 1;
      const other = both();
      allowed = allowed || other;
    }
    return allowed;
  };
  const both = (): boolean => {
    let allowed = one();
    while (tokens[at] === "AND") {
      at += 1;
      const other = one();
      allowed = allowed && other;
    }
    return allowed;
  };
  const one = (): boolean => {
    const token = tokens[at++] ?? "";
    if (token !== "(") return ALLOWED.has(token);
    const inside = either();
    return tokens[at++] === ")" && inside;
  };
  const allowed = either();
  return at === tokens.length && allowed;
}

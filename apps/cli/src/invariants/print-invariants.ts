import type { Invariant } from "@verdict/services";

/** A table for people: what holds, what does not, and ids of what breaks it. */
export function printInvariants(invariants: readonly Invariant[]): string[] {
  const width = Math.max(...invariants.map(({ name }) => name.length)) + 2;
  return invariants.flatMap(({ name, holds, count, examples, says, heldBack = 0 }) => [
    `${holds ? "holds " : "BROKEN"}  ${name.padEnd(width)}${holds ? "" : `${count} ${says}`}`.trimEnd(),
    ...examples.map((id) => `          ${id}`),
    ...(heldBack > 0 ? [`          ${heldBack} more held back by the provider`] : []),
  ]);
}

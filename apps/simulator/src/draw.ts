import { createHash } from "node:crypto";

export type Seed = string | number;

/**
 * A number from 0 up to but not including 1 that depends on nothing but the seed and the key. Whatever happens to other
 * transactions, or in which order, the same key draws the same number.
 */
export function draw(seed: Seed, ...key: readonly (string | number)[]): number {
  const digest = createHash("sha256")
    .update(JSON.stringify([String(seed), ...key]))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** Stretches a drawn number over a range of whole milliseconds, both ends included. */
export const between = ([min, max]: readonly [number, number], drawn: number): number =>
  min + Math.floor(drawn * (max - min + 1));

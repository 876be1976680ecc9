import type { Spread } from "../statistics.ts";

/** `0.53 [0.48–0.60] (0.41–0.66)`: median, half of the rounds, all of them. */
export const ratioText = (of: Spread | null): string =>
  of ? `${short(of.median)} [${short(of.q1)}–${short(of.q3)}] (${short(of.min)}–${short(of.max)})` : "–";

/** Median and range of a figure that has a unit. */
export const rangeText = (of: Spread | null, write = short): string =>
  of ? `${write(of.median)} [${write(of.min)}–${write(of.max)}]` : "–";

/** Three digits that count, no more. */
export const short = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return Math.round(value).toString();
  return value.toFixed(size >= 10 ? 1 : 2);
};

export const whole = (value: number): string => Math.round(value).toLocaleString("en");

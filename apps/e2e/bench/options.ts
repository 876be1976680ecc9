import { parseArgs } from "node:util";
import { SECTION_NAMES, type SectionName } from "./sections/names.ts";

export type Options = {
  only: readonly SectionName[];
  rounds: number;
  /** Length of a measured slice. */
  seconds: number;
  /** Receipts in the larger of the two databases that are compared. */
  receipts: number;
  /** Verifications in the databases that are searched, the smallest first. */
  verifications: readonly number[];
  json: boolean;
  /** Whether docs/benchmarks.md is written: a part of the run must not pass for the whole. */
  write: boolean;
};

export const USAGE = `npm run bench -- [--only ${SECTION_NAMES.join(",")}] [--rounds 7] [--seconds 2] \
[--receipts 10000000] [--verifications 10000,1000000,10000000] [--json] [--write]`;

/** Reads the command line. Throws an error whose message tells what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      receipts: { type: "string" },
      verifications: { type: "string" },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const { only, rounds, seconds, receipts, verifications, json, write } = values;
  const asByDefault = [only, rounds, seconds, receipts, verifications].every((value) => value === undefined);
  return {
    only: only === undefined ? SECTION_NAMES : only.split(",").map(sectionName),
    rounds: whole("--rounds", rounds, 7, 1, 100),
    seconds: whole("--seconds", seconds, 2, 1, 60),
    receipts: whole("--receipts", receipts, 10_000_000, 20_000, 100_000_000),
    verifications: sizes(verifications ?? "10000,1000000,10000000"),
    json,
    write: write || asByDefault,
  };
}

/** From small to large. */
const sizes = (text: string): number[] =>
  text
    .split(",")
    .map((one) => whole("--verifications", one, 0, 1_000, 100_000_000))
    .toSorted((a, b) => a - b);

function sectionName(text: string): SectionName {
  const name = SECTION_NAMES.find((known) => known === text.trim());
  if (!name) throw new Error(`--only: there is no section "${text}"; they are ${SECTION_NAMES.join(", ")}`);
  return name;
}

function whole(name: string, text: string | undefined, usual: number, min: number, max: number): number {
  if (text === undefined) return usual;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(`${name}: must be a whole number from ${min} to ${max}; got "${text}"`);
  }
  return value;
}

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  GENESIS,
  GONE,
  nextSeal,
  readLines,
  type Seal,
  type SealedRow,
  sealHash,
  verifyChain,
} from "../src/seal-chain.ts";

const AT = new Date("2026-03-01T12:00:00.123Z");

const row = (nth: number): SealedRow => ({
  kind: "receipt",
  key: `019cb9f2-7a40-7c10-8a55-${`${nth}`.padStart(12, "0")}`,
  hash: `${nth}`.padStart(64, "0"),
});

/** A chain of so many seals, with two rows in each. */
function chain(length: number): Seal[] {
  const seals: Seal[] = [];
  for (let nth = 1; nth <= length; nth++) {
    seals.push(nextSeal(seals.at(-1) ?? GENESIS, [row(2 * nth), row(2 * nth + 1)], AT));
  }
  return seals;
}

test("a seal is the same in every release", () => {
  const [first, second] = chain(2);
  expect(first).toEqual({
    seq: 1,
    at: "2026-03-01T12:00:00.123000Z",
    count: 2,
    lines: `receipt 019cb9f2-7a40-7c10-8a55-000000000002 ${"2".padStart(64, "0")}
receipt 019cb9f2-7a40-7c10-8a55-000000000003 ${"3".padStart(64, "0")}`,
    previous: GENESIS.hash,
    hash: "417d748d3b5bc0788531587afb7dc8d7fc7ebd046d1f912b084ac9fccffc42f3",
  });
  expect(second).toMatchObject({ seq: 2, previous: first?.hash });
});

test("a chain as it was made is whole, also when read in pieces", () => {
  const seals = chain(5);
  const head = { seq: 5, hash: seals[4]?.hash };
  expect(verifyChain([])).toEqual({ kind: "whole", head: GENESIS });
  expect(verifyChain(seals)).toEqual({ kind: "whole", head });
  const start = verifyChain(seals.slice(0, 2));
  expect(start.kind === "whole" && verifyChain(seals.slice(2), start.head)).toEqual({ kind: "whole", head });
});

const other = "f".repeat(64);

test.each<[string, (seal: Seal) => Partial<Seal>]>([
  ["row", ({ lines }) => ({ lines: lines.replace("0004", "0005") })],
  ["row less", ({ lines }) => ({ lines: lines.split("\n")[0] ?? "" })],
  ["time", () => ({ at: "2026-03-01T12:00:00.123001Z" })],
  ["count", () => ({ count: 3 })],
  ["predecessor", () => ({ previous: other })],
  ["hash", () => ({ hash: other })],
])("a seal with another %s is found", (_what, change) => {
  const changed = chain(3).map((seal) => (seal.seq === 2 ? { ...seal, ...change(seal) } : seal));
  expect(verifyChain(changed)).toEqual({ kind: "changed", seq: 2 });
});

test("a seal that was made anew, hash and all, no longer fits the one after it", () => {
  const changed = chain(3).map((seal) =>
    seal.seq === 2 ? { ...seal, lines: seal.lines.replace("0004", "0009") } : seal,
  );
  const forged = changed.map((seal) => (seal.seq === 2 ? { ...seal, hash: sealHash(seal) } : seal));
  expect(verifyChain(forged)).toEqual({ kind: "changed", seq: 3 });
});

test.each(["", "receipt", "receipt x y", "alert", "transition 019cb9f2-7a40-7c10-8a55-000000000002"])(
  "a seal whose lines are nonsense is found, though its hash fits: '%s'",
  (lines) => {
    const forged = { ...nextSeal(GENESIS, [row(1)], AT), lines };
    expect(verifyChain([{ ...forged, hash: sealHash(forged) }])).toEqual({ kind: "changed", seq: 1 });
  },
);

test.each([1, 2, 3])("seal %d of four is missed when it is taken out", (seq) => {
  expect(verifyChain(chain(4).filter((seal) => seal.seq !== seq))).toEqual({ kind: "missing", seq });
});

test("a seal that comes twice is found", () => {
  const [first, second] = chain(2) as [Seal, Seal];
  expect(verifyChain([first, first, second])).toEqual({ kind: "changed", seq: 1 });
});

test("rows are read as they were sealed", () => {
  const rows: SealedRow[] = [
    row(1),
    { ...row(2), kind: "transition", key: `${row(2).key}/3` },
    { ...row(3), hash: GONE },
  ];
  expect(readLines(nextSeal(GENESIS, rows, AT))).toEqual(rows);
});

test("no text that moves from one field into the next keeps the hash", () => {
  const hex = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
  const sealed = fc.record({
    previous: hex,
    seq: fc.nat(),
    at: fc.constant("2026-03-01T12:00:00.123000Z"),
    lines: fc.string(),
  });
  fc.assert(
    fc.property(sealed, sealed, (a, b) => {
      expect(sealHash(a) === sealHash(b)).toBe(a.previous === b.previous && a.seq === b.seq && a.lines === b.lines);
    }),
  );
});

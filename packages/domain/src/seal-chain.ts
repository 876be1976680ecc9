import { hash } from "node:crypto";

/** What can be sealed. */
export const EVIDENCE_KINDS = ["receipt", "check", "transition", "human_action", "tombstone"] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** One sealed row: its SHA-256 in hex, or `gone` if it had vanished before it could be sealed. */
export type SealedRow = { kind: EvidenceKind; key: string; hash: string };

export const GONE = "gone";

/** A link of the chain: the hashes of some rows, and the hash of the seal before it. */
export type Seal = {
  seq: number;
  /** ISO 8601 in UTC to the microsecond: all that Postgres keeps of it is hashed. */
  at: string;
  count: number;
  /** A line for each row: kind, key, hash. */
  lines: string;
  previous: string;
  hash: string;
};

/** The last seal of a chain. Whoever knows it can tell whether anything before it has changed since. */
export type Head = Pick<Seal, "seq" | "hash">;

const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const LINE = new RegExp(
  `^(?:(?:receipt|check|human_action|tombstone) ${ID}|transition ${ID}/[0-9]{1,9}) (?:[0-9a-f]{64}|${GONE})$`,
);

/** What the first seal follows. */
export const GENESIS: Head = { seq: 0, hash: "0".repeat(64) };

/** A head as it is exported. */
export const headText = ({ seq, hash }: Head): string => `${seq}:${hash}`;

/** A chain is whole up to its head, or breaks at a seal: that one is not there, or is not as it was made. */
export type ChainReading = { kind: "whole"; head: Head } | { kind: "missing" | "changed"; seq: number };

/** Makes the seal that follows `head`. */
export function nextSeal(head: Head, rows: readonly SealedRow[], at: Date): Seal {
  const seal = {
    seq: head.seq + 1,
    at: at.toISOString().replace("Z", "000Z"),
    lines: rows.map(sealedLine).join("\n"),
    previous: head.hash,
  };
  return { ...seal, count: rows.length, hash: sealHash(seal) };
}

/** A sealed row as one line. */
export const sealedLine = ({ kind, key, hash }: SealedRow): string => `${kind} ${key} ${hash}`;

/** SHA-256 in hex. Only `lines`, which comes last, may hold a line break. */
export const sealHash = ({ previous, seq, at, lines }: Pick<Seal, "previous" | "seq" | "at" | "lines">): string =>
  hash("sha256", `${previous}\n${seq}\n${at}\n${lines}`, "hex");

/** Reads seals in order, beginning with the one after `from`. */
export function verifyChain(seals: Iterable<Seal>, from: Head = GENESIS): ChainReading {
  let head = from;
  for (const seal of seals) {
    if (seal.seq > head.seq + 1) return { kind: "missing", seq: head.seq + 1 };
    const follows = seal.seq === head.seq + 1 && seal.previous === head.hash && seal.hash === sealHash(seal);
    if (!follows || !readsWell(seal)) return { kind: "changed", seq: seal.seq };
    head = { seq: seal.seq, hash: seal.hash };
  }
  return { kind: "whole", head };
}

/** Whoever forges a chain can hash anything. */
function readsWell({ lines, count }: Seal): boolean {
  const all = lines.split("\n");
  return all.length === count && all.every((line) => LINE.test(line));
}

/** The rows of a seal that has been verified. */
export const readLines = ({ lines }: Pick<Seal, "lines">): SealedRow[] =>
  lines.split("\n").map((line) => {
    const [kind = "", key = "", hash = ""] = line.split(" ");
    return { kind: kind as EvidenceKind, key, hash };
  });

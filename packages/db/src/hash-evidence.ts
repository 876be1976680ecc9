import { type EvidenceKind, GONE, type SealedRow } from "@verdict/domain";
import type postgres from "postgres";

/** A row of evidence: what it is, and its primary key as text. */
export type EvidenceKey = readonly [kind: EvidenceKind, key: string];

/** Where each kind of evidence is kept. */
export const EVIDENCE_TABLES: Readonly<Record<EvidenceKind, string>> = {
  receipt: "receipts",
  check: "checks",
  transition: "transitions",
  human_action: "human_actions",
  tombstone: "tombstones",
};

/** A row's key as text, from its columns. */
export const EVIDENCE_KEYS: Readonly<Record<EvidenceKind, string>> = {
  receipt: "id::text",
  check: "id::text",
  transition: "verification_id || '/' || version",
  human_action: "id::text",
  tombstone: "id::text",
};

/**
 * What of a row is hashed, in this order. These lists never change, or every seal made so far would break. A column that is
 * added later is sealed by a new kind, which rows are sealed as from then on.
 */
const SEALED: Readonly<Record<EvidenceKind, string>> = {
  receipt: `id, route, verification_id, transaction_id, passed, sub_code, key_id, late, extra, sink, batch_id,
    extract(epoch from received_at)::text`,
  check: `id, verification_id, transaction_id, operation, kind, passed, sub_code, walk_away, face_check, code, http_status,
    request_id, extract(epoch from asked_at)::text, extract(epoch from answered_at)::text`,
  transition: `verification_id, version, from_status, to_status, cause, receipt_id, check_id, actor,
    extract(epoch from at)::text`,
  human_action: `id, extract(epoch from at)::text, actor, action, subject, route, verification_id, reason, before, after`,
  tombstone: `id, run_id, extract(epoch from at)::text, rows`,
};

const FOUND_BY_ID = "id = any($1::text[]::uuid[])";
const FOUND_BY_VERSION = `(verification_id, version) in
  (select split_part(key, '/', 1)::uuid, split_part(key, '/', 2)::int from unnest($1::text[]) as key)`;

/** The rows with their hashes as they stand now, in the order given; one that is not there is `gone`. A statement a kind. */
export async function hashEvidence(sql: postgres.ISql, keys: readonly EvidenceKey[]): Promise<SealedRow[]> {
  const hashes = new Map<string, string>();
  for (const [kind, ofKind] of Map.groupBy(keys, ([kind]) => kind)) {
    const found = await sql.unsafe<{ key: string; hash: string }[]>(
      `select ${EVIDENCE_KEYS[kind]} as key,
        encode(sha256(convert_to(json_build_array(${SEALED[kind]})::text, 'UTF8')), 'hex') as hash
      from ${EVIDENCE_TABLES[kind]} where ${kind === "transition" ? FOUND_BY_VERSION : FOUND_BY_ID}`,
      [ofKind.map(([, key]) => key)],
      { prepare: true },
    );
    for (const { key, hash } of found) hashes.set(`${kind} ${key}`, hash);
  }
  return keys.map(([kind, key]) => ({ kind, key, hash: hashes.get(`${kind} ${key}`) ?? GONE }));
}

import { createHash } from "node:crypto";

/** Where a stack's jobs live when nobody says otherwise. */
export const DEFAULT_PREFIX = "verdict";

/** Key prefix in Redis. The braces keep all keys of a stack on one node of a Redis Cluster, which BullMQ's scripts need. */
export function redisPrefix(prefix: string): string {
  return `{${prefix.replaceAll(/[{}]/g, "")}}`;
}

/**
 * Schema in Postgres, at most 63 bytes. A prefix that had to be bent gets a digest of itself, so that two prefixes never
 * share a schema.
 */
export function postgresSchema(prefix: string): string {
  const plain = prefix
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]/g, "_")
    .replace(/^(?=[0-9])/, "_")
    .slice(0, 40);
  if (plain === prefix) return `${plain}_queue`;
  return `${plain}_${createHash("sha256").update(prefix).digest("hex").slice(0, 8)}_queue`;
}

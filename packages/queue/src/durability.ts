/**
 * What a store promises about what it has acknowledged. `kept`: it survives the end of the store's process and machine.
 * Anything else is a way to forget; `why` says in words which setting makes it so.
 */
export type Durability = { kind: "kept" } | { kind: "forgets" | "unknown"; why: string };

/** Settings of a Redis as CONFIG GET or INFO tells them; undefined where it does not. */
export type RedisSettings = {
  appendonly: string | undefined;
  appendfsync: string | undefined;
  maxmemory: string | undefined;
  "maxmemory-policy": string | undefined;
};

/** What a Redis with these settings promises. */
export function judgeRedis(settings: RedisSettings): Durability {
  const { appendonly, appendfsync, maxmemory, "maxmemory-policy": policy } = settings;
  const ways: string[] = [];
  if (appendonly === "no") ways.push("appendonly is no, so a restart loses everything since the last snapshot");
  if (appendonly === "yes" && appendfsync !== undefined && appendfsync !== "always") {
    ways.push(`appendfsync is ${appendfsync}, so a crash loses the last second or more`);
  }
  // Without a limit nothing is evicted, whatever the policy says.
  if (policy !== undefined && policy !== "noeviction" && maxmemory !== "0") {
    ways.push(`maxmemory-policy is ${policy}, so it throws jobs away when memory is short`);
  }
  if (ways.length > 0) return { kind: "forgets", why: ways.join("; ") };
  const untold = Object.entries({ appendonly, appendfsync, "maxmemory-policy": policy }).filter(([, value]) => !value);
  if (untold.length === 0) return { kind: "kept" };
  return { kind: "unknown", why: `it does not tell ${untold.map(([name]) => name).join(", ")}` };
}

/** Asks a Postgres for what `postgresDurability` judges. */
export const POSTGRES_SETTINGS =
  "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit";

/** What a Postgres with these settings promises. */
export function postgresDurability({ fsync, commit }: { fsync: string; commit: string }): Durability {
  if (fsync === "off") return { kind: "forgets", why: "fsync is off, so a crash of the machine may lose anything" };
  if (commit === "off") {
    return { kind: "forgets", why: "synchronous_commit is off, so a crash loses the last moments" };
  }
  return { kind: "kept" };
}

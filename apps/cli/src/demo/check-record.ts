import type { Invariant } from "./invariants.ts";
import type { DemoStack } from "./stack.ts";

/**
 * The promises that `verdict check-invariants` checks, on what the stack has on record of sessions begun since then. None when
 * it does not tell where its database is, as in production.
 */
export async function checkRecord({ databaseUrl, graceSeconds }: DemoStack, since: Date): Promise<Invariant[]> {
  if (!databaseUrl) return [];
  const [{ checkInvariants }, { withDatabase }] = await Promise.all([
    import("@verdict/services"),
    import("../stack/find-database.ts"),
  ]);
  const options = { now: new Date(), grace: graceSeconds, since };
  const checked = await withDatabase({ DATABASE_URL: databaseUrl }, (db) => checkInvariants(db, options));
  return checked.map(({ name, holds, examples }) => ({ name: `on record: ${name}`, held: holds, broken: examples }));
}

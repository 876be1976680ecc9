import { stat } from "node:fs/promises";
import { join } from "node:path";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

/** The user and group Postgres runs as; undefined: whoever runs this process. */
export type Account = { uid: number; gid: number } | undefined;

/** `nobody`, the one unprivileged account every Linux has. */
const NOBODY = 65_534;

/**
 * Postgres refuses to run as root, so root runs it as nobody, or as the owner of data that already exists: then the same
 * folder serves an ordinary user today and root tomorrow.
 */
export async function accountFor(dataDir: string): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined;
  if (process.platform !== "linux") {
    throw new EmbeddedPostgresError(
      "PostgreSQL refuses to run as root; start as an ordinary user or set DATABASE_URL.",
    );
  }
  const owner = await stat(join(dataDir, "PG_VERSION")).catch(() => null);
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : { uid: NOBODY, gid: NOBODY };
}

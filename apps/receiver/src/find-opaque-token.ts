import { type Db, findOpaqueTokens } from "@verdict/db";
import { opaqueTokenHash } from "@verdict/domain";
import { type AcceptDeps, groupCommit, within } from "@verdict/services";

/** Look-ups that may wait for the one under way. Each may be a stranger's, so further ones are refused at once. */
const WAITING_MAX = 1_000;

/** Looks other systems' tokens up in Postgres, many at a time. Rejects when that takes longer than `limitMs`. */
export function findOpaqueToken(db: Db, limitMs: number): AcceptDeps["findOpaqueToken"] {
  type Asked = { route: string; tokenHash: string };
  const findAll = groupCommit((asked: readonly Asked[]) => within(limitMs, findOpaqueTokens(db, asked)), {
    mostWaiting: WAITING_MAX,
  });
  return async (route, token) => {
    const tokenHash = opaqueTokenHash(token);
    const found = await findAll({ route, tokenHash });
    return found.find((held) => held.route === route && held.tokenHash === tokenHash) ?? null;
  };
}

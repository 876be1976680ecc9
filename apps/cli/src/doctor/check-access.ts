import { type Db, hasActiveAdmin, hasApiKey } from "@verdict/db";
import { type Finding, findingsAbout } from "./finding.ts";

const { ok, warn, fail } = findingsAbout("access");

export type AccessSettings = { production: boolean; bootstrapKey: boolean; now: Date };

/** Is there anybody who may let people in, and any key for machines? */
export async function checkAccess(db: Db, { production, bootstrapKey, now }: AccessSettings): Promise<Finding> {
  return judgeAccess({ admin: await hasActiveAdmin(db), key: await hasApiKey(db, now), bootstrapKey, production });
}

type Access = { admin: boolean; key: boolean; bootstrapKey: boolean; production: boolean };

export function judgeAccess({ admin, key, bootstrapKey, production }: Access): Finding {
  const add = "npm run verdict -- users add --email … --role admin";
  if (!admin && !key && !bootstrapKey) return fail("nobody may use the API: no admin, no key", add);
  if (!admin) return warn("no admin can sign in", add);
  if (key) return ok("there are an admin and a key for machines");
  if (!bootstrapKey) return ok("there is an admin, and no key for machines");
  if (!production) return ok("there are an admin and the operator key");
  return warn(
    "machines have only the bootstrap key, which may do everything",
    "make each system a key of its own (POST /v1/keys)",
  );
}

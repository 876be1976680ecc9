import { createHash, timingSafeEqual } from "node:crypto";
import type { Caller } from "@verdict/domain";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { problem } from "../http/problem.ts";
import { type KeyCallersDeps, keyCallers } from "./key-callers.ts";
import type { CallerEnv } from "./permit.ts";
import { personCallers } from "./person-callers.ts";
import { isSameOrigin } from "./same-origin.ts";
import type { Auth } from "./sign-in/auth.ts";

export type AuthenticateDeps = KeyCallersDeps & {
  /** The first admin key, from the settings. */
  bootstrapKey: string | undefined;
  auth: Auth;
  /** The origins of our own pages. */
  origins: readonly string[];
};

const BOOTSTRAP: Caller = { kind: "bootstrap", id: "bootstrap", name: "the key from the settings", routes: null };

/** Finds out who makes a call, by his key or by his session, and refuses whoever is nobody. */
export function authenticate({ bootstrapKey, auth, origins, ...deps }: AuthenticateDeps) {
  const isBootstrap = sameAs(bootstrapKey);
  const findByKey = keyCallers(deps);
  const findBySession = personCallers(auth);

  return createMiddleware<CallerEnv>(async (c, next) => {
    const authorization = c.req.header("Authorization");
    if (authorization === undefined && c.req.header("Cookie") !== undefined) {
      const signedIn = await findBySession(c.req.raw.headers);
      if (!signedIn) return unauthenticated(c);
      if (!isSameOrigin(c.req.method, c.req.raw.headers, origins)) return problem(c, "cross_site");
      c.set("caller", signedIn.caller);
      c.set("mustChangePassword", signedIn.mustChangePassword);
      c.set("findAgain", async () => (await findBySession(c.req.raw.headers))?.caller ?? null);
      for (const cookie of signedIn.cookies) c.header("Set-Cookie", cookie, { append: true });
      return next();
    }
    const [, key] = /^Bearer +(.+)$/i.exec(authorization ?? "") ?? [];
    if (!key) return unauthenticated(c);
    const find = async () => (isBootstrap(key) ? BOOTSTRAP : findByKey(key));
    const caller = await find();
    if (!caller) return unauthenticated(c);
    c.set("findAgain", find);
    c.set("caller", caller);
    c.set("mustChangePassword", false);
    return next();
  });
}

const unauthenticated = (c: Context) =>
  problem(c, "unauthenticated", {}, { "WWW-Authenticate": 'Bearer realm="verdict"' });

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Whether a text is the secret. Hashes are compared, in constant time. */
function sameAs(secret: string | undefined): (offered: string) => boolean {
  const expected = secret === undefined ? null : hash(secret);
  return (offered) => expected !== null && timingSafeEqual(hash(offered), expected);
}

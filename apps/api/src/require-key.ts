import { createHash, timingSafeEqual } from "node:crypto";
import { createMiddleware } from "hono/factory";
import { problem } from "./problem.ts";

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Lets through whoever brings the API key as a bearer token. Hashes are compared, in constant time. */
export function requireKey(apiKey: string | undefined) {
  const expected = apiKey === undefined ? null : hash(apiKey);
  return createMiddleware(async (c, next) => {
    const [, offered] = /^Bearer +(.+)$/i.exec(c.req.header("Authorization") ?? "") ?? [];
    if (!expected || !offered || !timingSafeEqual(hash(offered), expected)) {
      return problem(c, "unauthenticated", {}, { "WWW-Authenticate": 'Bearer realm="verdict"' });
    }
    return next();
  });
}

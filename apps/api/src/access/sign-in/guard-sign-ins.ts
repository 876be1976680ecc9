import type { Db } from "@verdict/db";
import type { BetterAuthPlugin, HookEndpointContext } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { tryAccount } from "./limits.ts";

/** Picks the calls that a hook is for. */
export const on = (...paths: string[]) => ({
  matcher: ({ path }: HookEndpointContext) => path !== undefined && paths.includes(path),
});

/** What better-auth would let through and we do not. */
export const guardSignIns = (deps: { db: Db; now: () => Date }): BetterAuthPlugin => ({
  id: "guard-sign-ins",
  hooks: {
    before: [
      {
        ...on("/sign-in/email"),
        handler: createAuthMiddleware(async ({ body }) => {
          const wait = typeof body?.email === "string" ? await tryAccount(deps, body.email) : null;
          if (wait === null) return;
          const told = { code: "TOO_MANY_ATTEMPTS", message: "Too many attempts at this account" };
          throw new APIError("TOO_MANY_REQUESTS", told, { "Retry-After": String(wait) });
        }),
      },
      {
        ...on("/sign-in/social"),
        handler: createAuthMiddleware(async ({ body }) => {
          // Only the way by the provider's own page is bound to this browser.
          if (body?.idToken === undefined) return;
          throw new APIError("BAD_REQUEST", { code: "ID_TOKEN_REFUSED", message: "Tokens are not taken here" });
        }),
      },
      {
        ...on("/change-password"),
        handler: createAuthMiddleware(async ({ body }) => {
          if (body?.newPassword === body?.currentPassword) {
            throw new APIError("BAD_REQUEST", { code: "PASSWORD_UNCHANGED", message: "It is the same password" });
          }
          // Whoever changes a password may do so because somebody else knew it.
          return { context: { body: { ...body, revokeOtherSessions: true } } };
        }),
      },
    ],
  },
});

import { type Db, findPersonByEmail, forgetEndedSessions, recordSignIn } from "@verdict/db";
import type { Logger } from "@verdict/runtime";
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { on } from "./guard-sign-ins.ts";
import { forgiveAccount } from "./limits.ts";
import { OIDC_PROVIDER } from "./oidc.ts";

type RecordDeps = { db: Db; log: Logger; now: () => Date };

/** Who is on record for what somebody did who did not prove who he is. */
const STRANGER = "stranger";

/**
 * Puts on record who signs in and out, who fails to, and what people do about their passwords and second factors. What cannot
 * be put on record fails. Comes after the second factor's plugin: a session that still waits for one is none here.
 */
export function recordSignIns(deps: RecordDeps): BetterAuthPlugin {
  const { db, log, now } = deps;
  const record = (action: `person.${string}`, id: string, after: object = {}, by = id) =>
    recordSignIn(db, action, id, { by, at: now(), after });
  const signedIn = async (id: string, how: object) => {
    await record("person.sign_in", id, how);
    await forgetEndedSessions(db, now());
  };

  return {
    id: "record-sign-ins",
    hooks: {
      before: [
        {
          ...on("/sign-out", "/revoke-session", "/revoke-sessions", "/revoke-other-sessions"),
          handler: createAuthMiddleware(async (ctx) => {
            const held = await getSessionFromCtx(ctx);
            if (held) await record(ctx.path === "/sign-out" ? "person.sign_out" : "person.end_sessions", held.user.id);
          }),
        },
      ],
      after: [
        {
          ...on("/sign-in/email"),
          handler: createAuthMiddleware(async ({ body, context }) => {
            if (context.newSession) {
              await signedIn(context.newSession.user.id, { method: "password" });
              return forgiveAccount(deps, body.email);
            }
            if (!(context.returned instanceof APIError)) return;
            const person = typeof body?.email === "string" ? await findPersonByEmail(db, body.email) : null;
            if (person) await record("person.sign_in_failed", person.id, { method: "password" }, STRANGER);
            else log.info("a sign-in failed: there is no such person");
          }),
        },
        {
          ...on("/two-factor/verify-totp", "/two-factor/verify-backup-code"),
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession, returned } = ctx.context;
            const by = ctx.path?.endsWith("totp") ? "totp" : "backup_code";
            const challenge = await ctx.getSignedCookie(
              ctx.context.createAuthCookie("two_factor").name,
              ctx.context.secret,
            );
            if (newSession) {
              const { id, email } = newSession.user;
              if (!challenge) return record("person.second_factor_on", id);
              await signedIn(id, { method: "password", secondFactor: by });
              return forgiveAccount(deps, email);
            }
            if (!(returned instanceof APIError) || !challenge) return;
            const held = await ctx.context.internalAdapter.findVerificationValue(challenge);
            if (held) await record("person.second_factor_failed", held.value, { secondFactor: by }, STRANGER);
          }),
        },
        {
          matcher: ({ path, params }) => path === "/callback/:id" && params?.id === OIDC_PROVIDER,
          handler: createAuthMiddleware(async ({ context }) => {
            const user = context.newSession?.user;
            if (user) await signedIn(user.id, { method: "oidc", role: user.role });
            else log.info("a sign-in with the identity provider failed");
          }),
        },
        {
          ...on("/change-password", "/two-factor/disable", "/two-factor/generate-backup-codes"),
          handler: createAuthMiddleware(async (ctx) => {
            if (ctx.context.returned instanceof APIError) return;
            const id = ctx.context.newSession?.user.id ?? (await getSessionFromCtx(ctx))?.user.id;
            if (!id) return;
            if (ctx.path === "/two-factor/disable") return record("person.second_factor_off", id);
            if (ctx.path !== "/change-password") return record("person.backup_codes", id);
            await recordSignIn(db, "person.change_password", id, { by: id, at: now(), ownPassword: true });
          }),
        },
      ],
    },
  };
}

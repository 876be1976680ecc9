import { randomUUIDv7 } from "node:crypto";
import { type Db, findPerson, recordSignIn } from "@verdict/db";
import { authStore } from "@verdict/db/auth-store";
import type { Logger, Oidc } from "@verdict/runtime";
import { hashPassword, verifyPassword } from "@verdict/services";
import { APIError } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { twoFactor } from "better-auth/plugins/two-factor";
import { CLIENT_ADDRESS_HEADER } from "./client-header.ts";
import { guardSignIns } from "./guard-sign-ins.ts";
import { limitRequests } from "./limits.ts";
import { OIDC_PROVIDER, oidcPlugin } from "./oidc.ts";
import { recordSignIns } from "./record-sign-ins.ts";

export type AuthDeps = {
  db: Db;
  /** Where people reach the API: an origin. */
  publicUrl: string;
  /** Other origins that are as good. */
  alsoTrusted?: readonly string[];
  secret: string;
  oidc: Oidc | null;
  log: Logger;
  now: () => Date;
};

const HOUR = 3_600;

/**
 * Sign-in, by better-auth on our tables: password with argon2id and a second factor, and the company's identity provider. Nobody
 * signs up by himself; with a password, people are made by admins.
 */
export function createAuth({ db, publicUrl, alsoTrusted = [], secret, oidc, log, now }: AuthDeps) {
  const secure = publicUrl.startsWith("https:");
  return betterAuth({
    appName: "Verdict",
    baseURL: publicUrl,
    basePath: "/api/auth",
    trustedOrigins: [publicUrl, ...alsoTrusted],
    secret,
    database: authStore(db),
    user: {
      additionalFields: {
        // The identity provider may say it. No call that takes it from a person is open; see auth-routes.ts.
        role: { type: "string", required: false, input: true },
        routes: { type: "string[]", required: false, input: false },
        disabledAt: { type: "date", required: false, input: false },
        mustChangePassword: { type: "boolean", required: false, input: false },
      },
    },
    session: { expiresIn: 12 * HOUR, updateAge: HOUR, cookieCache: { enabled: false } },
    account: { updateAccountOnSignIn: false, accountLinking: { trustedProviders: [] } },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 128,
      password: { hash: hashPassword, verify: ({ password, hash }) => verifyPassword(password, hash) },
    },
    plugins: [
      twoFactor({ issuer: "Verdict" }),
      ...(oidc ? [oidcPlugin(oidc)] : []),
      guardSignIns({ db, now }),
      recordSignIns({ db, log, now }),
    ],
    rateLimit: limitRequests({ db, now }),
    databaseHooks: {
      session: { create: { before: refuseDisabled } },
      // Only the identity provider makes people here.
      user: { create: { after: recordNewcomer } },
      // We never call the provider on somebody's behalf, so nothing of it is kept.
      account: { create: { before: async (account) => ({ data: { ...account, ...NO_TOKENS } }) } },
    },
    advanced: {
      cookiePrefix: "verdict",
      useSecureCookies: secure,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", secure, path: "/" },
      database: { generateId: () => randomUUIDv7() },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    // What nobody expected is ours to log and to answer.
    onAPIError: { throw: true, errorURL: `${publicUrl}/sign-in` },
    telemetry: { enabled: false },
    // Only the words: what else better-auth would log holds addresses and claims of people.
    logger: { level: "warn", log: (level, message) => log[level]({ from: "better-auth" }, message) },
  });

  async function recordNewcomer({ id, role }: { id: string } & Record<string, unknown>): Promise<void> {
    await recordSignIn(db, "person.create", id, { by: OIDC_PROVIDER, at: now(), after: { role, routes: null } });
  }

  async function refuseDisabled({ userId }: { userId: string }): Promise<void> {
    if (!(await findPerson(db, userId))?.disabledAt) return;
    throw new APIError("FORBIDDEN", { code: "PERSON_DISABLED", message: "This account is disabled" });
  }
}

export type Auth = ReturnType<typeof createAuth>;

const NO_TOKENS = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
};

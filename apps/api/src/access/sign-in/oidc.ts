import { ROLES, type Role } from "@verdict/domain";
import type { Oidc } from "@verdict/runtime";
import { genericOAuth } from "better-auth/plugins/generic-oauth";

/** What the provider is called in addresses: `/api/auth/callback/oidc`. */
export const OIDC_PROVIDER = "oidc";

/**
 * Sign-in with the company's own identity provider. Its tokens are checked against its keys, its address claims and a nonce; the
 * code is bound by PKCE. With a role claim, that claim decides at each sign-in; without one, a new person is a viewer.
 */
export const oidcPlugin = ({ issuer, clientId, clientSecret, roleClaim }: Oidc) =>
  genericOAuth({
    config: [
      {
        providerId: OIDC_PROVIDER,
        discoveryUrl: `${issuer}/.well-known/openid-configuration`,
        clientId,
        clientSecret,
        scopes: ["openid", "email", "profile"],
        pkce: true,
        requireIdTokenVerification: true,
        disableProviderLogout: true,
        overrideUserInfo: roleClaim !== null,
        mapProfileToUser: (claims) => ({
          ...(claims.name ? {} : { name: String(claims.email ?? "") }),
          ...(roleClaim !== null && { role: roleFrom(claims, roleClaim) }),
        }),
      },
    ],
  });

/** The highest role that a claim names, alone or in a list; a viewer if it names none of ours. */
export function roleFrom(claims: Readonly<Record<string, unknown>>, claim: string): Role {
  const whole = claims[claim];
  const named = [whole === undefined ? inside(claims, claim.split(".")) : whole].flat();
  return ROLES.findLast((role) => named.includes(role)) ?? "viewer";
}

/** What dots lead to, as in `realm_access.roles`. */
const inside = (claims: unknown, path: readonly string[]): unknown =>
  path.reduce((at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined), claims);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

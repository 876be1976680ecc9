import { environment } from "./environment.ts";
import { type EnvSource, readEnv } from "./read-env.ts";
import { SettingsError } from "./settings-error.ts";

/** The company's own identity provider, which people may sign in with. */
export type Oidc = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The claim that says what somebody may do; null: people are viewers until an admin says otherwise. */
  roleClaim: string | null;
};

/** The variables that begin with OIDC_; null when none is set. Throws a SettingsError when only some are. */
export function readOidc(source: EnvSource): Oidc | null {
  const names = ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const;
  const env = readEnv(
    (production) =>
      environment(production).pick({
        OIDC_ISSUER: true,
        OIDC_CLIENT_ID: true,
        OIDC_CLIENT_SECRET: true,
        OIDC_ROLE_CLAIM: true,
      }),
    source,
  );
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  const roleClaim = env.OIDC_ROLE_CLAIM ?? null;
  if (issuer && clientId && clientSecret) return { issuer, clientId, clientSecret, roleClaim };
  const missing = names.filter((name) => !env[name]);
  if (missing.length === names.length && roleClaim === null) return null;
  throw new SettingsError(missing.map((name) => `${name}: not set, but others that begin with OIDC_ are`));
}

/** What the sign-in said: in, or what is still missing. */
export type SignInResult = { kind: "in" } | { kind: "second_factor" };

/** The sign-in refused. `code` is better-auth's own. */
export class SignInError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number) {
    super(code);
    this.name = "SignInError";
    this.code = code;
    this.status = status;
  }
}

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`/api/auth${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new SignInError("UNREACHABLE", 0);
  });
  const answer = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  if (!response.ok) throw new SignInError(String(answer?.code ?? "UNKNOWN"), response.status);
  return answer ?? {};
}

export async function signIn(email: string, password: string): Promise<SignInResult> {
  const answer = await post("/sign-in/email", { email, password });
  return answer.twoFactorRedirect === true ? { kind: "second_factor" } : { kind: "in" };
}

/** The second step: six digits of an app, or one of the codes for emergencies. */
export const proveSecondFactor = (code: string): Promise<unknown> =>
  /^\d{6}$/.test(code) ? post("/two-factor/verify-totp", { code }) : post("/two-factor/verify-backup-code", { code });

export const signOut = (): Promise<unknown> => post("/sign-out", {});

export const changePassword = (currentPassword: string, newPassword: string): Promise<unknown> =>
  post("/change-password", { currentPassword, newPassword, revokeOtherSessions: true });

/** What an authenticator app is given, and the codes for when it is lost. Holds once a first code was proved. */
export async function beginSecondFactor(password: string): Promise<{ uri: string; backupCodes: string[] }> {
  const { totpURI, backupCodes } = await post("/two-factor/enable", { password });
  return { uri: String(totpURI), backupCodes: Array.isArray(backupCodes) ? backupCodes.map(String) : [] };
}

export const confirmSecondFactor = (code: string): Promise<unknown> => post("/two-factor/verify-totp", { code });

export const dropSecondFactor = (password: string): Promise<unknown> => post("/two-factor/disable", { password });

/** Leaves for the company's identity provider, which brings people back to where they were. */
export async function signInWithCompany(returnTo: string): Promise<void> {
  const { url } = await post("/sign-in/social", { provider: "oidc", callbackURL: returnTo });
  if (typeof url === "string") location.assign(url);
}

export async function signInMethods(): Promise<{ password: boolean; oidc: boolean }> {
  const response = await fetch("/api/auth/methods");
  return response.ok
    ? ((await response.json()) as { password: boolean; oidc: boolean })
    : { password: true, oidc: false };
}

import type { Text } from "../text/en/index.ts";
import { SignInError } from "./auth.ts";

/** What went wrong, in words that help. Never whether an address exists. */
export function signInErrorText(error: unknown, t: Text): string {
  if (!(error instanceof SignInError)) return t.signIn.errors.other;
  if (error.status === 429) return t.signIn.errors.tooOften;
  switch (error.code) {
    case "INVALID_EMAIL_OR_PASSWORD":
    case "INVALID_EMAIL":
      return t.signIn.errors.wrong;
    case "INVALID_PASSWORD":
      return t.signIn.errors.wrongPassword;
    case "INVALID_CODE":
    case "INVALID_BACKUP_CODE":
      return t.signIn.errors.wrongCode;
    case "INVALID_TWO_FACTOR_COOKIE":
      return t.signIn.errors.expired;
    case "PASSWORD_TOO_SHORT":
      return t.signIn.errors.tooShort;
    case "PERSON_DISABLED":
      return t.signIn.errors.disabled;
    case "UNREACHABLE":
      return t.errors.unreachable;
    default:
      return t.signIn.errors.other;
  }
}

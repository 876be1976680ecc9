import type { Caller, Role } from "@verdict/domain";
import type { Auth } from "./sign-in/auth.ts";

/** Somebody signed in, and what the answer has to tell his browser about the session. */
export type SignedIn = { caller: Caller; mustChangePassword: boolean; cookies: string[] };

/** Finds out whose session it is; null: nobody's. Reads the tables each time, so what ends there ends here. */
export const personCallers =
  (auth: Auth) =>
  async (headers: Headers): Promise<SignedIn | null> => {
    const { response, headers: told } = await auth.api.getSession({ headers, returnHeaders: true });
    if (!response || response.user.disabledAt) return null;
    const { id, name, role, routes, mustChangePassword } = response.user;
    return {
      caller: { kind: "person", id, name, role: role as Role, routes: routes ?? null },
      mustChangePassword: mustChangePassword ?? false,
      cookies: told.getSetCookie(),
    };
  };

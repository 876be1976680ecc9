import { totpCode, totpSecret } from "./totp.ts";

/** Everything secret that somebody uses who signs in with a password and a second factor. */
export type SignedIn = {
  /** As the browser keeps it: token and signature. */
  cookie: string;
  /** The part of it that names the session in the database. It opens nothing without the signature. */
  token: string;
  /** Of the session that came before the second factor was confirmed. */
  earlierCookie: string;
  totp: { base32: string; bytes: Buffer };
  backupCodes: string[];
};

type Answered = { status: number; text: string };

/**
 * Signs somebody in who was given his first password: puts his own in its place, turns the second factor on, goes out, and comes in
 * with both. `heard` gets every answer that is to hold none of it.
 */
export async function signInAsPerson(
  api: string,
  { email, first, own, wrong }: { email: string; first: string; own: string; wrong: string },
  heard: (answer: Answered) => void,
): Promise<SignedIn> {
  const jar = new Map<string, string>();
  const post = async (path: string, body: object): Promise<Answered> => {
    const response = await fetch(`${api}/api/auth${path}`, {
      method: "POST",
      headers: {
        ...{ "Content-Type": "application/json", Origin: api },
        Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
      },
      body: JSON.stringify(body),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "" || /max-age=0/i.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
    return { status: response.status, text: await response.text() };
  };
  const expected = async (path: string, body: object): Promise<string> => {
    const { status, text } = await post(path, body);
    if (status !== 200) throw new Error(`${path} was answered ${status}: ${text}`);
    return text;
  };
  const session = () => {
    const cookie = [...jar].find(([name]) => name.endsWith("session_token"))?.[1];
    if (cookie === undefined) throw new Error("There is no session.");
    return decodeURIComponent(cookie);
  };

  heard(await post("/sign-in/email", { email, password: wrong }));
  await expected("/sign-in/email", { email, password: first });
  heard(await post("/change-password", { currentPassword: wrong, newPassword: own }));
  await expected("/change-password", { currentPassword: first, newPassword: own, revokeOtherSessions: true });
  const enabled = JSON.parse(await expected("/two-factor/enable", { password: own })) as {
    totpURI: string;
    backupCodes: string[];
  };
  const code = () => totpCode(enabled.totpURI, Date.now());
  await expected("/two-factor/verify-totp", { code: code() });
  const earlierCookie = session();
  await expected("/sign-out", {});
  await expected("/sign-in/email", { email, password: own });
  heard(await post("/two-factor/verify-totp", { code: code() === "000000" ? "000001" : "000000" }));
  await expected("/two-factor/verify-totp", { code: code() });
  const cookie = session();
  return {
    ...{ cookie, token: cookie.split(".")[0] ?? "", earlierCookie },
    ...{ totp: totpSecret(enabled.totpURI), backupCodes: enabled.backupCodes },
  };
}

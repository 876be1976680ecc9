import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What the provider says of whoever signs in with it. */
export type Claims = { sub: string; email: string; email_verified?: boolean; name?: string } & Record<string, unknown>;

type Grant = { clientId: string; redirectUri: string; nonce: string | null; challenge: string | null; claims: Claims };

/**
 * A company's identity provider on this machine: discovery, authorization code with PKCE, signed ID tokens and their keys.
 * Whoever comes to its sign-in page is signed in as `as` said.
 */
export async function startOidcProvider({ clientId, clientSecret }: { clientId: string; clientSecret: string }) {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const forger = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const grants = new Map<string, Grant>();
  const tokens = new Map<string, Claims>();
  let claims: Claims = { sub: "1", email: "nobody@corp.example" };
  let signingKey = privateKey;
  let changes: Record<string, unknown> = {};

  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const sign = (payload: object): string => {
    const text = `${encode({ alg: "RS256", kid: "k1", typ: "JWT" })}.${encode(payload)}`;
    return `${text}.${createSign("RSA-SHA256").update(text).sign(signingKey, "base64url")}`;
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", issuer());
    const json = (body: object, status = 200) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json({
          issuer: issuer(),
          authorization_endpoint: `${issuer()}/authorize`,
          token_endpoint: `${issuer()}/token`,
          userinfo_endpoint: `${issuer()}/userinfo`,
          jwks_uri: `${issuer()}/jwks`,
          response_types_supported: ["code"],
          id_token_signing_alg_values_supported: ["RS256"],
        });
      case "/jwks":
        return json({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k1", alg: "RS256", use: "sig" }] });
      case "/authorize": {
        const asked = url.searchParams;
        const redirectUri = asked.get("redirect_uri") ?? "";
        const code = randomBytes(16).toString("hex");
        grants.set(code, {
          ...{ clientId: asked.get("client_id") ?? "", redirectUri, claims },
          ...{ nonce: asked.get("nonce"), challenge: asked.get("code_challenge") },
        });
        const back = new URL(redirectUri);
        back.searchParams.set("code", code);
        back.searchParams.set("state", asked.get("state") ?? "");
        return response.writeHead(302, { Location: back.href }).end();
      }
      case "/token": {
        const form = new URLSearchParams(await bodyOf(request));
        const grant = grants.get(form.get("code") ?? "");
        grants.delete(form.get("code") ?? "");
        const proof = createHash("sha256")
          .update(form.get("code_verifier") ?? "")
          .digest("base64url");
        const isClient = credentialsOf(request, form) === `${clientId}:${clientSecret}`;
        if (!grant || !isClient || grant.challenge !== proof || grant.redirectUri !== form.get("redirect_uri")) {
          return json({ error: "invalid_grant" }, 400);
        }
        const accessToken = randomBytes(16).toString("hex");
        tokens.set(accessToken, grant.claims);
        const now = Math.floor(Date.now() / 1_000);
        const dates = { iat: now, exp: now + 300 };
        const idToken = {
          iss: issuer(),
          aud: grant.clientId,
          nonce: grant.nonce,
          ...dates,
          ...grant.claims,
          ...changes,
        };
        const told = { access_token: accessToken, refresh_token: "refresh-canary", token_type: "Bearer" };
        return json({ ...told, expires_in: 300, id_token: sign(idToken) });
      }
      case "/userinfo":
        return json(tokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "") ?? {});
      default:
        return json({ error: "not_found" }, 404);
    }
  });
  const issuer = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    issuer: issuer(),
    /** Whoever comes from now on is this one. */
    as: (next: Claims) => {
      claims = next;
      signingKey = privateKey;
      changes = {};
    },
    /** ID tokens from now on say something else, or are signed by somebody else. */
    lies: (about: Record<string, unknown>, { forged = false } = {}) => {
      changes = about;
      signingKey = forged ? forger.privateKey : privateKey;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Client credentials, in the header or in the form. */
function credentialsOf(request: IncomingMessage, form: URLSearchParams): string {
  const [, basic] = /^Basic (.+)$/.exec(request.headers.authorization ?? "") ?? [];
  return basic ? Buffer.from(basic, "base64").toString() : `${form.get("client_id")}:${form.get("client_secret")}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

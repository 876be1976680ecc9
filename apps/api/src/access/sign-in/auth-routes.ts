import { type ClientAddressTrust, clientAddress, type HttpBindings } from "@verdict/runtime";
import { type Context, Hono } from "hono";
import type { Auth } from "./auth.ts";
import { CLIENT_ADDRESS_HEADER } from "./client-header.ts";

export type AuthRoutesDeps = {
  auth: Auth;
  /** Whether the company's identity provider is another way in. */
  hasOidc: boolean;
  /** Who may tell a client's address; null: only its socket. */
  trust: ClientAddressTrust | null;
};

/** All of better-auth that is open. Whatever its next version brings stays shut until it stands here. */
const OPEN: ReadonlySet<string> = new Set([
  "POST /sign-in/email",
  "POST /sign-in/social",
  "GET /callback/oidc",
  "POST /sign-out",
  "GET /get-session",
  "GET /list-sessions",
  "POST /revoke-session",
  "POST /revoke-other-sessions",
  "POST /change-password",
  "POST /two-factor/enable",
  "POST /two-factor/disable",
  "POST /two-factor/verify-totp",
  "POST /two-factor/verify-backup-code",
  "POST /two-factor/generate-backup-codes",
]);

const BASE = "/api/auth";

/** Sign-in for people, by better-auth. Its errors are its own: `{code, message}`. */
export function authRoutes({ auth, hasOidc, trust }: AuthRoutesDeps) {
  const addressFrom = clientAddress(trust);
  return new Hono<{ Bindings: Partial<HttpBindings> }>()
    .get(`${BASE}/methods`, (c) => c.json({ password: true, oidc: hasOidc }, 200, noStore))
    .all(`${BASE}/*`, async (c) => {
      const path = c.req.path.slice(BASE.length);
      if (!OPEN.has(`${c.req.method} ${path}`)) return c.notFound();
      const headers = new Headers(c.req.raw.headers);
      headers.set(CLIENT_ADDRESS_HEADER, addressFrom(remoteAddress(c), trust ? c.req.header(trust.header) : undefined));
      const answer = await auth.handler(new Request(c.req.raw, { headers }));
      const told = new Response(answer.body, answer);
      told.headers.set("Cache-Control", "no-store");
      const wait = told.headers.get("X-Retry-After");
      if (wait) told.headers.set("Retry-After", wait);
      return told;
    });
}

const noStore = { "Cache-Control": "no-store" };

/** Undefined when there is no socket, as when a test asks the app directly. */
const remoteAddress = (c: Context<{ Bindings: Partial<HttpBindings> }>): string | undefined =>
  c.env?.incoming?.socket.remoteAddress;

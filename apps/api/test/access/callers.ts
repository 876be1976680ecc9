import { randomUUIDv7 } from "node:crypto";
import { insertApiKey, insertPerson } from "@verdict/db";
import type { Permission, Role } from "@verdict/domain";
import { hashPassword } from "@verdict/services";
import { newKey } from "../../src/access/key-format.ts";
import { ORIGIN, type setup } from "../support.ts";

type Setup = Awaited<ReturnType<typeof setup>>;

export const PASSWORD = "correct-horse-battery";
let hashed: Promise<string> | undefined;

/** Somebody who may sign in with PASSWORD. */
export async function givenPerson(
  { db }: Pick<Setup, "db">,
  { role = "viewer", routes = null, mustChangePassword = false, email = `${randomUUIDv7()}@shop.example` } = {} as {
    role?: Role;
    routes?: string[] | null;
    mustChangePassword?: boolean;
    email?: string;
  },
) {
  hashed ??= hashPassword(PASSWORD);
  const row = { id: randomUUIDv7(), name: "Pat", email, role, routes, mustChangePassword };
  const person = await insertPerson(db, { ...row, passwordHash: await hashed }, { by: "test", at: new Date() });
  if (!person) throw new Error("somebody has that address");
  return person;
}

/** A good key with its row. */
export async function givenKey(
  { db }: Pick<Setup, "db">,
  {
    scopes,
    routes = null,
    expiresAt = null,
  }: { scopes: Permission[]; routes?: string[] | null; expiresAt?: Date | null },
) {
  const { key, hash, prefix } = newKey();
  const row = { id: randomUUIDv7(), name: "shop", hash, prefix, scopes, routes, expiresAt };
  return { key, row: await insertApiKey(db, row, { by: "test", at: new Date() }) };
}

export const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

/** A browser: keeps cookies and says where its pages come from. */
export function browser(app: Setup["app"], origin = ORIGIN) {
  const jar = new Map<string, string>();
  return {
    jar,
    async request(path: string, { method = "GET", body, headers = {} }: BrowserRequest = {}): Promise<Response> {
      const response = await app.request(path.startsWith("http") ? path : `${origin}${path}`, {
        method,
        headers: {
          ...(jar.size > 0 && { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") }),
          ...(method !== "GET" && { Origin: origin }),
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: "manual",
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value === "" || /max-age=0/i.test(cookie)) jar.delete(name);
        else jar.set(name, value);
      }
      return response;
    },
    signIn(email: string, password = PASSWORD) {
      return this.request("/api/auth/sign-in/email", { method: "POST", body: { email, password } });
    },
  };
}

type BrowserRequest = { method?: string; body?: unknown; headers?: Record<string, string> };

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuth } from "../../src/access/sign-in/auth.ts";
import { roleFrom } from "../../src/access/sign-in/oidc.ts";
import { ORIGIN, setup } from "../support.ts";
import { browser, givenPerson } from "./callers.ts";
import { type Claims, startOidcProvider } from "./oidc-provider.ts";

const client = { clientId: "verdict", clientSecret: "a secret of the provider" };
let s: Awaited<ReturnType<typeof setup>>;
let provider: Awaited<ReturnType<typeof startOidcProvider>>;
beforeAll(async () => {
  [s, provider] = await Promise.all([setup(), startOidcProvider(client)]);
});
afterAll(async () => {
  await s.database.drop();
  await provider.stop();
});

function appWith(roleClaim: string | null) {
  const oidc = { issuer: provider.issuer, ...client, roleClaim };
  const secret = "a secret that only the tests know";
  const auth = createAuth({ ...s.startDeps, publicUrl: ORIGIN, secret, oidc, log: s.log });
  return s.apiWith({ auth, hasOidc: true });
}

/** Follows every redirect as a browser does: to the provider, which signs in whoever it was told, and back. */
async function signInWith(app: ReturnType<typeof appWith>, tab = browser(app)) {
  const body = { provider: "oidc", callbackURL: "/" };
  const begun = await tab.request("/api/auth/sign-in/social", { method: "POST", body });
  const { url } = (await begun.json()) as { url: string };
  const atProvider = await fetch(url, { redirect: "manual" });
  const back = atProvider.headers.get("Location") ?? "";
  return { tab, back, answer: await tab.request(back) };
}

const whoIs = async (tab: ReturnType<typeof browser>) => {
  const response = await tab.request("/v1/me");
  return response.status === 200 ? ((await response.json()) as Record<string, unknown>) : response.status;
};
const someone = (changes: Partial<Claims> = {}): Claims => {
  const sub = crypto.randomUUID();
  return { sub, email: `${sub}@corp.example`, email_verified: true, name: "Kim", ...changes };
};

describe("sign-in with the company's identity provider", () => {
  test("lets in whoever it knows, as a viewer until an admin says otherwise", async () => {
    const app = appWith(null);
    const claims = someone({ groups: ["admin"] });
    provider.as(claims);
    const { tab, answer } = await signInWith(app);
    expect([answer.status, answer.headers.get("Location")]).toEqual([302, "/"]);
    const me = await whoIs(tab);
    expect(me).toMatchObject({ kind: "person", name: "Kim", email: claims.email, role: "viewer", routes: null });

    const { id } = me as { id: string };
    await s.app.request(`/v1/people/${id}`, {
      method: "PATCH",
      headers: s.authorized({ "Content-Type": "application/json" }),
      body: JSON.stringify({ role: "operator" }),
    });
    expect(await whoIs((await signInWith(app)).tab)).toMatchObject({ id, role: "operator" });
  });

  test("with a role claim gives everybody the role it names, each time anew", async () => {
    const app = appWith("realm_access.roles");
    const claims = someone({ realm_access: { roles: ["staff", "analyst", "viewer"] } });
    provider.as(claims);
    const first = await whoIs((await signInWith(app)).tab);
    expect(first).toMatchObject({ role: "analyst" });
    provider.as({ ...claims, realm_access: { roles: ["staff"] } });
    const { tab } = await signInWith(app);
    expect(await whoIs(tab)).toMatchObject({ id: (first as { id: string }).id, role: "viewer" });
    expect((await tab.request("/v1/discrepancies")).status).toBe(403);
  });

  test("is another way in for somebody we know by an address that the provider has verified", async () => {
    const app = appWith(null);
    const known = await givenPerson(s, { role: "auditor", email: "known@corp.example" });
    provider.as(someone({ email: "Known@corp.example" }));
    expect(await whoIs((await signInWith(app)).tab)).toMatchObject({ id: known.id, role: "auditor" });
  });

  test("is none for an address that the provider has not verified", async () => {
    const app = appWith(null);
    await givenPerson(s, { role: "admin", email: "boss@corp.example" });
    provider.as(someone({ email: "boss@corp.example", email_verified: false }));
    const { tab, answer } = await signInWith(app);
    expect(answer.headers.get("Location")).toContain("error=");
    expect(await whoIs(tab)).toBe(401);
  });

  test("refuses whom an admin has shut out", async () => {
    const app = appWith(null);
    provider.as(someone());
    const { id } = (await whoIs((await signInWith(app)).tab)) as { id: string };
    await s.db.sql`update people set disabled_at = now() where id = ${id}`;
    const { tab, answer } = await signInWith(app);
    expect(answer.status === 302 ? answer.headers.get("Location") : answer.status).not.toBe("/");
    expect(await whoIs(tab)).toBe(401);
  });

  test.each([
    ["signed by somebody else", {}, { forged: true }],
    ["of another issuer", { iss: "https://evil.example" }, {}],
    ["for another client", { aud: "another" }, {}],
    ["that is over", { exp: 1 }, {}],
    ["of another sign-in", { nonce: "another" }, {}],
  ])("believes no ID token %s", async (_, about, options) => {
    const app = appWith(null);
    provider.as(someone());
    provider.lies(about, options);
    const { tab, answer } = await signInWith(app);
    expect(answer.headers.get("Location")).not.toBe("/");
    expect(await whoIs(tab)).toBe(401);
  });

  test("ends where it began: neither another browser nor a second time", async () => {
    const app = appWith(null);
    provider.as(someone());
    const { tab, back } = await signInWith(app);
    expect(await whoIs(tab)).toMatchObject({ kind: "person" });
    const other = browser(app);
    await other.request(back);
    expect(await whoIs(other)).toBe(401);

    const begun = await tab.request("/api/auth/sign-in/social", {
      method: "POST",
      body: { provider: "oidc", callbackURL: "/" },
    });
    const { url } = (await begun.json()) as { url: string };
    const victim = browser(app);
    await victim.request((await fetch(url, { redirect: "manual" })).headers.get("Location") ?? "");
    expect(await whoIs(victim)).toBe(401);
  });

  test("takes no ID token by hand, not even a good one", async () => {
    const body = { provider: "oidc", callbackURL: "/", idToken: { token: "a.b.c" } };
    const answer = await browser(appWith(null)).request("/api/auth/sign-in/social", { method: "POST", body });
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: "ID_TOKEN_REFUSED" }]);
  });

  test("leads to none but our own pages afterwards", async () => {
    const tab = browser(appWith(null));
    const body = { provider: "oidc", callbackURL: "https://evil.example/" };
    expect((await tab.request("/api/auth/sign-in/social", { method: "POST", body })).status).toBe(403);
  });

  test("is on record, and keeps no token of the provider", async () => {
    const app = appWith("role");
    provider.as(someone({ role: "auditor" }));
    const { id } = (await whoIs((await signInWith(app)).tab)) as { id: string };
    const trace = await s.db.sql`select actor, action, after from human_actions where subject = ${id} order by at, id`;
    expect([...trace]).toEqual([
      { actor: "oidc", action: "person.create", after: { role: "auditor", routes: null } },
      { actor: id, action: "person.sign_in", after: { method: "oidc", role: "auditor" } },
    ]);
    const kept = await s.db.sql`select * from people_accounts where person_id = ${id}`;
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatchObject({ access_token: null, refresh_token: null, id_token: null });
    expect(s.lines.join()).not.toContain("corp.example");
  });
});

test("pages can ask which ways in there are", async () => {
  const methods = async (app: typeof s.app) => (await app.request("/api/auth/methods")).json();
  expect(await methods(s.app)).toEqual({ password: true, oidc: false });
  expect(await methods(appWith(null))).toEqual({ password: true, oidc: true });
});

test.each<[string, unknown, string]>([
  ["role", { role: "operator" }, "operator"],
  ["role", { role: ["viewer", "analyst"] }, "analyst"],
  ["role", { role: ["admin", "viewer"] }, "admin"],
  ["role", { role: "root" }, "viewer"],
  ["role", { role: { admin: true } }, "viewer"],
  ["role", { role: null }, "viewer"],
  ["role", {}, "viewer"],
  ["https://corp.example/role", { "https://corp.example/role": "auditor" }, "auditor"],
  ["a.b", { a: { b: ["auditor"] } }, "auditor"],
  ["a.b", { "a.b": "operator", a: { b: "admin" } }, "operator"],
  ["a.b", { a: "admin" }, "viewer"],
  ["constructor.name", {}, "viewer"],
])("the claim %s in %j makes a %3$s", (claim, claims, role) => {
  expect(roleFrom(claims as Record<string, unknown>, claim)).toBe(role);
});

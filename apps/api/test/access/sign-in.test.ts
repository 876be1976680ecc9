import { createHmac } from "node:crypto";
import { serve } from "@verdict/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuth } from "../../src/access/sign-in/auth.ts";
import { ORIGIN, problemOf, setup } from "../support.ts";
import { browser, givenPerson, PASSWORD } from "./callers.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const actionsOn = async (id: string) =>
  (await s.db.sql`select action, actor, after from human_actions where subject = ${id} order by at, id`).map(
    ({ action, actor, after }) => [action, actor === id ? "himself" : actor, after],
  );

describe("a session", () => {
  test("is held in a cookie that scripts and other sites do not get", async () => {
    const { email } = await givenPerson(s);
    const [cookie = ""] = (await browser(s.app).signIn(email)).headers.getSetCookie();
    expect(cookie).toMatch(/^verdict\.session_token=/);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).not.toMatch(/; Domain/);
  });

  test("is sent over https only, where there is https", async () => {
    const publicUrl = "https://verdict.shop.example";
    const secret = "a secret that only the tests know";
    const auth = createAuth({ ...s.startDeps, publicUrl, secret, oidc: null, log: s.log });
    const app = s.apiWith({ auth, publicUrl, origins: [publicUrl] });
    const { email } = await givenPerson(s);
    const answer = await browser(app, publicUrl).signIn(email);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Secure-verdict\.session_token=.*; Secure/);
    expect(answer.headers.get("Strict-Transport-Security")).toMatch(/^max-age=/);
  });

  test("changes things from our own pages only", async () => {
    const tab = browser(s.app);
    await tab.signIn((await givenPerson(s, { role: "admin" })).email);
    const make = (headers: Record<string, string>) =>
      tab.request("/v1/keys", { method: "POST", body: { name: "x", scopes: ["stats.read"] }, headers });
    expect((await make({})).status).toBe(201);
    expect((await make({ "Sec-Fetch-Site": "same-origin" })).status).toBe(201);
    for (const headers of [
      { Origin: "https://evil.example" },
      { Origin: "null" },
      { Origin: "" },
      { "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site" },
    ]) {
      expect(await problemOf(await make(headers))).toMatchObject({ httpStatus: 403, code: "cross_site" });
    }
  });

  test("is no session when it is made up", async () => {
    const tab = browser(s.app);
    await tab.signIn((await givenPerson(s)).email);
    const [[name = "", value = ""] = []] = tab.jar;
    const token = decodeURIComponent(value).split(".")[0] ?? "";
    const forged = createHmac("sha256", "another secret").update(token).digest("base64");
    for (const made of [token, `${token}.`, `${token}.${forged}`, value.slice(0, -3), "x.y"]) {
      tab.jar.set(name, encodeURIComponent(made));
      expect((await tab.request("/v1/me")).status).toBe(401);
    }
  });
});

describe("sign-in", () => {
  test("says the same of a wrong password and of somebody unknown", async () => {
    const { email } = await givenPerson(s);
    const wrong = await browser(s.app).signIn(email, "not-his-password");
    const unknown = await browser(s.app).signIn("nobody@shop.example");
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.text()).toBe(await unknown.text());
  });

  test("is on record, and so is a failed one, by whom it was", async () => {
    const { id, email } = await givenPerson(s);
    await browser(s.app).signIn(email, "not-his-password");
    await browser(s.app).signIn(email);
    expect((await actionsOn(id)).slice(1)).toEqual([
      ["person.sign_in_failed", "stranger", { method: "password" }],
      ["person.sign_in", "himself", { method: "password" }],
    ]);
  });

  test("keeps addresses and passwords out of the log and the record", async () => {
    const { id } = await givenPerson(s, { email: "canary@shop.example" });
    await browser(s.app).signIn("canary@shop.example", "canary-password-1");
    await browser(s.app).signIn("canary-2@shop.example", "canary-password-2");
    const record = JSON.stringify(await s.db.sql`select * from human_actions where subject = ${id}`);
    expect(s.lines.join() + record).not.toContain("canary");
  });

  test("is refused after ten guesses at an account, wherever they come from, until the time that is told", async () => {
    const own = await setup();
    try {
      const { email } = await givenPerson(own);
      for (let guess = 0; guess < 10; guess++) {
        // A minute's worth of one address, from several: the clock of the limits is not waited for.
        await own.db.sql`delete from sign_in_attempts where key like 'address:%'`;
        expect((await browser(own.app).signIn(email, `guess-${guess}-guess`)).status).toBe(401);
      }
      await own.db.sql`delete from sign_in_attempts where key like 'address:%'`;
      const refused = await browser(own.app).signIn(email);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(600);
      const { email: another } = await givenPerson(own);
      expect((await browser(own.app).signIn(another)).status).toBe(200);
    } finally {
      await own.database.drop();
    }
  });

  test("is refused after ten tries from one address, by all processes together", async () => {
    const own = await setup();
    try {
      const { email } = await givenPerson(own);
      const secret = "a secret that only the tests know";
      const auth = createAuth({ ...own.startDeps, publicUrl: ORIGIN, secret, oidc: null, log: own.log });
      const apps = [own.app, own.apiWith({ auth })];
      const statuses: number[] = [];
      for (let guess = 0; guess < 10; guess++) {
        const answer = await browser(apps[guess % 2] ?? own.app).signIn(`${guess}@shop.example`);
        statuses.push(answer.status);
      }
      expect(new Set(statuses)).toEqual(new Set([401]));
      for (const app of apps) {
        const refused = await browser(app).signIn(email);
        expect(refused.status).toBe(429);
        expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
      }
    } finally {
      await own.database.drop();
    }
  });

  test("is open for whoever remembers his password after guessing", async () => {
    const { email } = await givenPerson(s);
    for (let round = 0; round < 3; round++) {
      for (let guess = 0; guess < 5; guess++) {
        await s.db.sql`delete from sign_in_attempts where key like 'address:%'`;
        await browser(s.app).signIn(email, "not-his-password");
      }
      expect((await browser(s.app).signIn(email)).status).toBe(200);
    }
  });

  test.each([
    "POST /sign-up/email",
    "POST /update-user",
    "POST /delete-user",
    "POST /change-email",
    "POST /request-password-reset",
    "POST /link-social",
    "POST /set-password",
    "GET /ok",
    "GET /list-accounts",
    "POST /two-factor/send-otp",
  ])("opens nothing else: %s", async (call) => {
    const [method = "", path] = call.split(" ");
    const tab = browser(s.app);
    await s.db.sql`delete from sign_in_attempts`;
    await tab.signIn((await givenPerson(s)).email);
    const body = { email: "x@shop.example", password: PASSWORD, name: "X", role: "admin" };
    const answer = await tab.request(`/api/auth${path}`, { method, ...(method === "POST" && { body }) });
    expect(answer.status).toBe(404);
  });
});

describe("a second factor", () => {
  /** What an authenticator app shows: RFC 6238 with SHA-1, six digits, thirty seconds. */
  function codeOf(totpURI: string, at = Date.now()): string {
    const base32 = new URL(totpURI).searchParams.get("secret") ?? "";
    const bits = [...base32].map((letter) =>
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
    );
    const bytes = bits.join("").match(/.{8}/g) ?? [];
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
    const mac = createHmac("sha1", Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2))))
      .update(counter)
      .digest();
    const offset = (mac.at(-1) ?? 0) & 15;
    return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
  }

  const post = (tab: ReturnType<typeof browser>, path: string, body: object) =>
    tab.request(`/api/auth/two-factor/${path}`, { method: "POST", body });

  async function givenSecondFactor() {
    await s.db.sql`delete from sign_in_attempts`;
    const person = await givenPerson(s, { role: "analyst" });
    const tab = browser(s.app);
    await tab.signIn(person.email);
    const begun = await post(tab, "enable", { password: PASSWORD });
    const { totpURI, backupCodes } = (await begun.json()) as { totpURI: string; backupCodes: string[] };
    expect((await post(tab, "verify-totp", { code: codeOf(totpURI) })).status).toBe(200);
    return { person, totpURI, backupCodes };
  }

  test("is asked for after the password, and without it there is no session", async () => {
    const { person, totpURI } = await givenSecondFactor();
    const tab = browser(s.app);
    expect(await (await tab.signIn(person.email)).json()).toMatchObject({ twoFactorRedirect: true });
    expect((await tab.request("/v1/me")).status).toBe(401);
    const wrong = codeOf(totpURI) === "000000" ? "000001" : "000000";
    expect((await post(tab, "verify-totp", { code: wrong })).status).toBe(401);
    expect((await post(tab, "verify-totp", { code: codeOf(totpURI) })).status).toBe(200);
    expect(await (await tab.request("/v1/me")).json()).toMatchObject({ id: person.id, secondFactor: true });
    expect((await actionsOn(person.id)).slice(1)).toEqual([
      ["person.sign_in", "himself", { method: "password" }],
      ["person.second_factor_on", "himself", {}],
      ["person.second_factor_failed", "stranger", { secondFactor: "totp" }],
      ["person.sign_in", "himself", { method: "password", secondFactor: "totp" }],
    ]);
  });

  test("may be a backup code, once", async () => {
    const { person, backupCodes } = await givenSecondFactor();
    const enter = async () => {
      const tab = browser(s.app);
      await tab.signIn(person.email);
      return (await post(tab, "verify-backup-code", { code: backupCodes[0] ?? "" })).status;
    };
    expect([await enter(), await enter()]).toEqual([200, 401]);
  });

  test("is kept encrypted", async () => {
    const { person, totpURI, backupCodes } = await givenSecondFactor();
    const kept = JSON.stringify(await s.db.sql`select * from people_second_factors where person_id = ${person.id}`);
    expect(kept).not.toContain(new URL(totpURI).searchParams.get("secret"));
    for (const code of backupCodes) expect(kept).not.toContain(code);
  });

  test("that was lost is taken away by an admin", async () => {
    const { person } = await givenSecondFactor();
    const path = `/v1/people/${person.id}/reset-password`;
    const { password } = (await (await s.post({ dropSecondFactor: true }, { path })).json()) as { password: string };
    const tab = browser(s.app);
    await tab.signIn(person.email, password);
    expect((await tab.request("/v1/me")).status).toBe(200);
  });
});

test("every answer tells browsers to run nothing but ours", async () => {
  for (const path of ["/openapi.json", "/v1/me", "/nothing", "/api/auth/methods"]) {
    const { headers } = await s.app.request(path);
    expect(headers.get("Content-Security-Policy")).toContain("script-src 'self';");
    expect(headers.get("Content-Security-Policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
  }
});

test("over a socket, the address that counts is the caller's, whatever he writes", async () => {
  const { id, email } = await givenPerson(s);
  const serving = await serve({ app: s.app, port: 0, variable: "API_PORT" });
  try {
    const answer = await fetch(`http://127.0.0.1:${serving.port}/api/auth/sign-in/email`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Origin: ORIGIN,
        "X-Forwarded-For": "203.0.113.9",
        "X-Verdict-Client-Address": "203.0.113.9",
      },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
    expect(answer.status).toBe(200);
    const [session] = await s.db.sql`select ip_address from people_sessions where person_id = ${id}`;
    expect(session?.ip_address).toBe("127.0.0.1");
  } finally {
    await serving.close();
  }
});

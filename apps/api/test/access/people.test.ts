import { listPeople } from "@verdict/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemOf, setup } from "../support.ts";
import { browser, givenPerson, PASSWORD } from "./callers.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

type WithPassword = { id: string; email: string; password: string; mustChangePassword: boolean; status: string };
const bodyOf = async <T = WithPassword>(response: Response) => (await response.json()) as T;
const patch = (id: string, body: object, headers = s.authorized()) =>
  s.app.request(`/v1/people/${id}`, {
    method: "PATCH",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
const traceOf = (id: string) =>
  s.db.sql<{ actor: string; action: string; reason: string | null; after: Record<string, unknown> }[]>`
    select actor, action, reason, before, after from human_actions where subject = ${id} order by at, id`;

describe("a person made by an admin", () => {
  const create = (body: object) => s.post(body, { path: "/v1/people" });

  test("signs in with a one-time password, chooses his own, and only then may do anything", async () => {
    const response = await create({ name: "Ann", email: "Ann@Shop.example", role: "analyst" });
    expect(response.status).toBe(201);
    const { id, email, password } = await bodyOf(response);
    expect(email).toBe("ann@shop.example");
    const tab = browser(s.app);
    expect((await tab.signIn(email, password)).status).toBe(200);
    expect(await bodyOf(await tab.request("/v1/me"))).toMatchObject({ id, mustChangePassword: true });
    expect(await problemOf(await tab.request("/v1/alerts"))).toMatchObject({ code: "password_change_required" });

    const change = (newPassword: string) =>
      tab.request("/api/auth/change-password", { method: "POST", body: { currentPassword: password, newPassword } });
    expect((await change(password)).status).toBe(400);
    expect((await change("short")).status).toBe(400);
    expect((await change(PASSWORD)).status).toBe(200);
    expect((await tab.request("/v1/alerts")).status).toBe(200);
    expect((await browser(s.app).signIn(email, password)).status).toBe(401);
    expect((await traceOf(id)).map(({ actor, action }) => [actor, action])).toEqual([
      ["bootstrap", "person.create"],
      [id, "person.sign_in"],
      [id, "person.change_password"],
      ["stranger", "person.sign_in_failed"],
    ]);
  });

  test("has an address of his own", async () => {
    const ben = { name: "Ben", email: "ben@shop.example", role: "viewer" };
    expect((await create(ben)).status).toBe(201);
    expect(await problemOf(await create({ ...ben, email: "BEN@shop.example" }))).toMatchObject({
      httpStatus: 409,
      code: "email_taken",
    });
  });

  test("is kept without his password, and told of without it", async () => {
    const { id, password } = await bodyOf(await create({ name: "Cy", email: "cy@shop.example", role: "viewer" }));
    const rows = await s.db.sql`select * from people_accounts where person_id = ${id}`;
    expect(String(rows[0]?.password)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify([rows, await traceOf(id)])).not.toContain(password);
    expect(await (await s.get(`/v1/people/${id}`)).text()).not.toMatch(/password"/);
    expect(s.lines.join()).not.toContain(password);
  });
});

describe("a person who is signed in", () => {
  test("loses at once what is taken from him", async () => {
    const person = await givenPerson(s, { role: "operator" });
    const tab = browser(s.app);
    await tab.signIn(person.email);
    expect((await tab.request("/v1/work")).status).toBe(200);
    expect((await patch(person.id, { role: "viewer" })).status).toBe(200);
    expect((await tab.request("/v1/work")).status).toBe(403);
    expect(await bodyOf(await patch(person.id, { disabled: true, reason: "left" }))).toMatchObject({
      status: "disabled",
    });
    expect((await tab.request("/v1/me")).status).toBe(401);
    expect((await tab.signIn(person.email)).status).toBe(403);
    expect((await patch(person.id, { disabled: false })).status).toBe(200);
    expect((await tab.signIn(person.email)).status).toBe(200);
    expect((await traceOf(person.id)).find(({ reason }) => reason === "left")).toMatchObject({
      action: "person.change",
      before: { disabled: false, role: "viewer" },
      after: { disabled: true, role: "viewer" },
    });
  });

  test("is signed out by himself, and by a new password from an admin", async () => {
    const person = await givenPerson(s);
    const tab = browser(s.app);
    await tab.signIn(person.email);
    const held = new Map(tab.jar);
    expect((await tab.request("/api/auth/sign-out", { method: "POST", body: {} })).status).toBe(200);
    expect(tab.jar.size).toBe(0);
    for (const [name, value] of held) tab.jar.set(name, value);
    expect((await tab.request("/v1/me")).status).toBe(401);

    await tab.signIn(person.email);
    const reset = await bodyOf(
      await s.post({ reason: "forgotten" }, { path: `/v1/people/${person.id}/reset-password` }),
    );
    expect((await tab.request("/v1/me")).status).toBe(401);
    expect((await tab.signIn(person.email)).status).toBe(401);
    expect((await tab.signIn(person.email, reset.password)).status).toBe(200);
    expect((await traceOf(person.id)).map(({ action }) => action)).toContain("person.sign_out");
  });

  test("does for others no more than he may himself", async () => {
    const boss = await givenPerson(s, { role: "admin" });
    // Nobody has this role today, so the rights come from a key.
    const { givenKey, bearer } = await import("./callers.ts");
    const { key } = await givenKey(s, { scopes: ["people.write", "people.read"] });
    const asKey = bearer(key) as ReturnType<typeof s.authorized>;
    expect((await patch(boss.id, { disabled: true }, asKey)).status).toBe(403);
    const viewer = await givenPerson(s);
    expect((await patch(viewer.id, { role: "admin" }, asKey)).status).toBe(403);
    const headers = { ...asKey, "Content-Type": "application/json" };
    const path = `/v1/people/${boss.id}/reset-password`;
    expect((await s.app.request(path, { method: "POST", headers, body: "{}" })).status).toBe(403);
  });
});

test("somebody always stays who may let people in", async () => {
  const own = await setup();
  try {
    const first = await givenPerson(own, { role: "admin" });
    const second = await givenPerson(own, { role: "admin" });
    await givenPerson(own, { role: "admin", routes: ["default"] });
    const take = (id: string, body: object) =>
      own.app.request(`/v1/people/${id}`, {
        method: "PATCH",
        headers: own.authorized({ "Content-Type": "application/json" }),
        body: JSON.stringify(body),
      });
    const both = await Promise.all([take(first.id, { disabled: true }), take(second.id, { role: "viewer" })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const left = (await listPeople(own.db, { limit: 10 })).filter((one) => one.role === "admin" && !one.disabledAt);
    expect(left.filter((one) => one.routes === null)).toHaveLength(1);
  } finally {
    await own.database.drop();
  }
});

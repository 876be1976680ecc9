import { GRANTS, PERMISSIONS, type Permission, ROLES } from "@verdict/domain";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setup } from "../support.ts";
import { bearer, browser, givenKey, givenPerson } from "./callers.ts";

type Operation = { "x-permission"?: Permission | "signed-in"; "x-concerns"?: "routes" | "everything" };
type Call = { method: string; path: string; permission: Permission | "signed-in"; everything: boolean };

let s: Awaited<ReturnType<typeof setup>>;
const calls: Call[] = [];
beforeAll(async () => {
  s = await setup();
  const { paths } = (await (await s.app.request("/openapi.json")).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      calls.push({
        method: method.toUpperCase(),
        // An id of nothing: whoever is let through finds nothing to do.
        path: path.replaceAll(/\{\w+\}/g, "01a00000-0000-7000-8000-000000000000"),
        permission: operation["x-permission"] ?? ("undeclared" as Permission),
        everything: operation["x-concerns"] === "everything",
      });
    }
  }
});
afterAll(() => s.database.drop());

/** How calls end for somebody: refused as nobody (401), refused as himself (403), or let through to whatever it is. */
async function endings(ask: (call: Call) => Response | Promise<Response>): Promise<Record<string, number | "through">> {
  const ends: Record<string, number | "through"> = {};
  for (const call of calls) {
    const response = await ask(call);
    void response.body?.cancel();
    ends[`${call.method} ${call.path}`] = [401, 403].includes(response.status) ? response.status : "through";
  }
  return ends;
}

const expected = (allowed: (call: Call) => boolean): Record<string, 403 | "through"> =>
  Object.fromEntries(calls.map((call) => [`${call.method} ${call.path}`, allowed(call) ? "through" : 403]));

/** Changing calls come without a body, so that nothing is done. */
const withKey = (key: string) => (call: Call) =>
  s.app.request(call.path, { method: call.method, headers: bearer(key) });

test("every operation names a permission that there is", () => {
  expect(calls.length).toBeGreaterThan(20);
  for (const { method, path, permission } of calls) {
    expect([...PERMISSIONS, "signed-in"], `${method} ${path}`).toContain(permission);
  }
});

test("nobody may do anything", async () => {
  const ends = await endings(({ method, path }) => s.app.request(path, { method }));
  expect(ends).toEqual(Object.fromEntries(Object.keys(ends).map((name) => [name, 401])));
});

describe("what each role may do, it may, and nothing else", () => {
  test.each(ROLES)("%s", async (role) => {
    const tab = browser(s.app);
    await tab.signIn((await givenPerson(s, { role })).email);
    const ends = await endings(({ method, path }) => tab.request(path, { method }));
    const granted = (permission: Permission) => (GRANTS[permission] as readonly string[]).includes(role);
    expect(ends).toEqual(expected(({ permission }) => permission === "signed-in" || granted(permission)));
  });
});

test("an admin of some routes may not do what concerns all of them", async () => {
  const tab = browser(s.app);
  await tab.signIn((await givenPerson(s, { role: "admin", routes: ["elsewhere"] })).email);
  const ends = await endings(({ method, path }) => tab.request(path, { method }));
  expect(ends).toEqual(expected(({ permission, everything }) => permission === "signed-in" || !everything));
});

test("whoever has a password that others have seen may only find out who he is", async () => {
  const tab = browser(s.app);
  await tab.signIn((await givenPerson(s, { role: "admin", mustChangePassword: true })).email);
  const ends = await endings(({ method, path }) => tab.request(path, { method }));
  expect(ends).toEqual(expected(({ permission }) => permission === "signed-in"));
});

describe("a key may do what it was made for, and nothing else", () => {
  test.each(PERMISSIONS)("%s", async (scope) => {
    const { key } = await givenKey(s, { scopes: [scope] });
    const ends = await endings(withKey(key));
    expect(ends).toEqual(expected(({ permission }) => permission === "signed-in" || permission === scope));
  });
});

test("a key of some routes that may do everything there may not do what concerns all of them", async () => {
  const { key } = await givenKey(s, { scopes: PERMISSIONS, routes: ["elsewhere"] });
  const ends = await endings(withKey(key));
  expect(ends).toEqual(expected(({ permission, everything }) => permission === "signed-in" || !everything));
});

test("the key from the settings may do everything", async () => {
  const ends = await endings(({ method, path }) => s.app.request(path, { method, headers: s.authorized() }));
  expect(ends).toEqual(expected(() => true));
});

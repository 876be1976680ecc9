import { findApiKey, listApiKeys } from "@verdict/db";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyCallers } from "../../src/access/key-callers.ts";
import { isKey, newKey } from "../../src/access/key-format.ts";
import { problemOf, setup } from "../support.ts";
import { bearer, givenKey } from "./callers.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

type Made = { id: string; key: string; prefix: string; status: string };
const made = async (response: Response) => (await response.json()) as Made;
const create = (body: object, headers = s.authorized()) =>
  s.app.request("/v1/keys", {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
const statusFor = async (key: string, path = "/v1/verifications/none", app = s.app) =>
  (await app.request(path, { headers: bearer(key) })).status;

/** Two processes, and a clock that both go by. */
function twoProcesses() {
  let at = 0;
  const clock = () => at;
  const apps = [s.apiWith({ clock }), s.apiWith({ clock })];
  return {
    aSecondPasses: () => {
      at += 1_000;
    },
    statusesFor: (key: string) => Promise.all(apps.map((app) => statusFor(key, undefined, app))),
  };
}

describe("a key", () => {
  test("is shown once, and kept as a hash", async () => {
    const response = await create({ name: "shop", scopes: ["verifications.read"] });
    expect(response.status).toBe(201);
    const { id, key, prefix } = await made(response);
    expect(isKey(key)).toBe(true);
    expect(key.startsWith(prefix)).toBe(true);
    expect(await statusFor(key)).toBe(404);
    const rows = await s.db.sql`select * from api_keys where id = ${id}`;
    expect(JSON.stringify(rows)).not.toContain(key);
    const list = await (await s.get("/v1/keys")).text();
    expect(list).toContain(id);
    expect(list).not.toContain(key);
    expect(list).not.toContain(String(rows[0]?.hash));
  });

  test("does what it was made for on the routes it was made for; what is elsewhere is not there", async () => {
    const here = await givenVerification(s.db, { route: "here" });
    const elsewhere = await givenVerification(s.db, { route: "elsewhere" });
    const { key } = await givenKey(s, { scopes: ["verifications.read"], routes: ["here"] });
    expect(await statusFor(key, `/v1/verifications/${here.id}`)).toBe(200);
    for (const path of [`/v1/verifications/${elsewhere.id}`, `/v1/verifications/${elsewhere.id}/timeline`]) {
      const response = await s.app.request(path, { headers: bearer(key) });
      expect(await problemOf(response)).toMatchObject({ httpStatus: 404, code: "not_found" });
    }
    // Not even by waiting for it.
    const beganAt = performance.now();
    expect(await statusFor(key, `/v1/verifications/${elsewhere.id}?wait=30`)).toBe(404);
    expect(performance.now() - beganAt).toBeLessThan(10_000);
  });

  test("ends at its time", async () => {
    const { key } = await givenKey(s, { scopes: ["verifications.read"], expiresAt: new Date(Date.now() - 1) });
    expect(await statusFor(key)).toBe(401);
  });

  test("is refused within a second of being revoked, by every process", async () => {
    const { key, row } = await givenKey(s, { scopes: ["verifications.read"] });
    const { aSecondPasses, statusesFor } = twoProcesses();
    expect(await statusesFor(key)).toEqual([404, 404]);
    const revoked = await s.app.request(`/v1/keys/${row.id}`, { method: "DELETE", headers: s.authorized() });
    expect(await made(revoked)).toMatchObject({ status: "revoked" });
    aSecondPasses();
    expect(await statusesFor(key)).toEqual([401, 401]);
    const again = await s.app.request(`/v1/keys/${row.id}`, { method: "DELETE", headers: s.authorized() });
    expect(await problemOf(again)).toMatchObject({ httpStatus: 409, code: "already_revoked" });
  });

  test("gets a new secret, and the old one is good for as long as was said", async () => {
    const { key, row } = await givenKey(s, { scopes: ["verifications.read"] });
    const rotate = async (overlapSeconds: number) =>
      made(await s.post({ overlapSeconds }, { path: `/v1/keys/${row.id}/rotate` }));
    const { aSecondPasses, statusesFor } = twoProcesses();
    const second = await rotate(3_600);
    expect([await statusesFor(key), await statusesFor(second.key)].flat()).toEqual([404, 404, 404, 404]);
    const third = await rotate(0);
    aSecondPasses();
    expect([await statusesFor(key), await statusesFor(second.key)].flat()).toEqual([401, 401, 401, 401]);
    expect(await statusesFor(third.key)).toEqual([404, 404]);
  });

  test("leaves a trace of who made, rotated and revoked it, without its secret", async () => {
    const { id } = await made(await create({ name: "traced", scopes: ["stats.read"], reason: "the weekly report" }));
    const rotated = await made(await s.post({ reason: "a laptop was lost" }, { path: `/v1/keys/${id}/rotate` }));
    await s.app.request(`/v1/keys/${id}?reason=over`, { method: "DELETE", headers: s.authorized() });
    const trace = await s.db.sql`
      select actor, action, reason, before, after from human_actions where subject = ${id} order by id`;
    expect(trace.map(({ actor, action, reason }) => [actor, action, reason])).toEqual([
      ["bootstrap", "key.create", "the weekly report"],
      ["bootstrap", "key.rotate", "a laptop was lost"],
      ["bootstrap", "key.revoke", "over"],
    ]);
    expect(JSON.stringify(trace)).not.toContain(rotated.key);
  });

  test("notes when it was used, once a minute", async () => {
    let at = Date.parse("2026-03-01T12:00:00Z");
    const { key, row } = await givenKey(s, { scopes: ["stats.read"] });
    const find = () => keyCallers({ db: s.db, log: s.log, now: () => new Date(at) })(key);
    const used = async () => (await findApiKey(s.db, row.id))?.lastUsedAt?.toISOString();
    await find();
    expect(await used()).toBe("2026-03-01T12:00:00.000Z");
    at += 59_000;
    await find();
    expect(await used()).toBe("2026-03-01T12:00:00.000Z");
    at += 1_000;
    await find();
    expect(await used()).toBe("2026-03-01T12:01:00.000Z");
  });

  test("hands out no more than it has", async () => {
    const { key } = await givenKey(s, { scopes: ["keys.write", "stats.read"] });
    const less = { name: "less", scopes: ["stats.read"] };
    expect((await create(less, bearer(key))).status).toBe(201);
    expect((await create({ name: "more", scopes: ["people.write"] }, bearer(key))).status).toBe(403);
    const { row: strong } = await givenKey(s, { scopes: ["people.write"] });
    const headers = { ...bearer(key), "Content-Type": "application/json" };
    const rotated = await s.app.request(`/v1/keys/${strong.id}/rotate`, { method: "POST", headers, body: "{}" });
    expect(rotated.status).toBe(403);
  });
});

test("what cannot be a key of ours is refused without asking Postgres", async () => {
  const { key } = newKey();
  const asked: string[] = [];
  const find = keyCallers({
    db: new Proxy({}, { get: (_, name) => asked.push(String(name)) }) as never,
    log: s.log,
    now: () => new Date(),
  });
  for (const text of [`${key}0`, key.slice(0, -1), key.toUpperCase(), `vk_${"0".repeat(56)}`, "x", ""]) {
    expect(await find(text)).toBeNull();
  }
  expect(asked).toEqual([]);
});

test("a list of keys goes on where its page ended", async () => {
  const all = await listApiKeys(s.db, { limit: 200 });
  const first = (await (await s.get("/v1/keys?limit=2")).json()) as { items: Made[]; nextCursor: string };
  const second = (await (await s.get(`/v1/keys?limit=2&cursor=${first.nextCursor}`)).json()) as { items: Made[] };
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(all.slice(0, 4).map(({ id }) => id));
});

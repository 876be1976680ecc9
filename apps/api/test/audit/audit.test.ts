import { randomUUIDv7 } from "node:crypto";
import { recordHumanAction } from "@verdict/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bearer, browser, givenKey, givenPerson } from "../access/callers.ts";
import { setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

type Action = { id: string; actor: string; actorName: string | null; action: string; at: string; subject: string };
type List = { items: Action[]; nextCursor: string | null };
const listWith = async (query: string, headers: Record<string, string> = s.authorized()) =>
  (await (await s.app.request(`/v1/audit?${query}`, { headers })).json()) as List;

let secondsPassed = 0;
/** Each a second after the one before. */
const given = (changes: object = {}) =>
  recordHumanAction(s.db.orm, {
    ...{
      at: new Date(Date.UTC(2026, 2, 1, 12, 0, secondsPassed++)),
      actor: "test",
      action: "thing.change",
      subject: "s",
    },
    ...{ route: null, verificationId: null, reason: "because", before: null, after: null, ...changes },
  });

describe("the audit log", () => {
  test("tells who did what to what, and why, with the names of people and keys", async () => {
    const person = await givenPerson(s, { role: "operator" });
    const { row: key } = await givenKey(s, { scopes: ["alerts.act"] });
    const subject = randomUUIDv7();
    for (const actor of [person.id, key.id, "bootstrap"]) {
      await given({ actor, subject, before: { status: "open" }, after: { status: "resolved" } });
    }
    const { items } = await listWith(`subject=${subject}`);
    expect(items.map(({ actor, actorName }) => [actor, actorName])).toEqual([
      ["bootstrap", null],
      [key.id, "shop"],
      [person.id, "Pat"],
    ]);
    expect(items[0]).toMatchObject({
      ...{ action: "thing.change", reason: "because", before: { status: "open" }, after: { status: "resolved" } },
    });
  });

  test("is searched by actor, action, kind of action, route, verification and time", async () => {
    const mark = randomUUIDv7();
    const verificationId = randomUUIDv7();
    await given({ actor: mark, action: "thing.make", route: "here", at: new Date("2026-03-01T10:00:00Z") });
    await given({ actor: mark, action: "thing.break", verificationId, at: new Date("2026-03-01T11:00:00Z") });
    await given({ actor: mark, action: "thingamajig.make", at: new Date("2026-03-01T12:00:00Z") });
    const found = async (query: string) => (await listWith(`actor=${mark}&${query}`)).items.map(({ action }) => action);
    expect(await found("")).toEqual(["thingamajig.make", "thing.break", "thing.make"]);
    expect(await found("action=thing")).toEqual(["thing.break", "thing.make"]);
    expect(await found("action=thing.make")).toEqual(["thing.make"]);
    expect(await found("route=here")).toEqual(["thing.make"]);
    expect(await found(`verificationId=${verificationId}`)).toEqual(["thing.break"]);
    expect(await found("from=2026-03-01T11:00:00Z&to=2026-03-01T11:00:00Z")).toEqual(["thing.break"]);
  });

  test("goes on where its page ended, while more is written", async () => {
    const actor = randomUUIDv7();
    for (let nth = 0; nth < 5; nth++) await given({ actor, subject: String(nth) });
    const first = await listWith(`actor=${actor}&limit=2`);
    await given({ actor, subject: "new", at: new Date("2026-03-02T00:00:00Z") });
    const second = await listWith(`actor=${actor}&limit=10&cursor=${first.nextCursor}`);
    const subjects = [...first.items, ...second.items].map(({ subject }) => subject);
    expect([subjects, second.nextCursor]).toEqual([["4", "3", "2", "1", "0"], null]);
  });

  test("shows whoever is bound to routes what was done there, and nothing that concerns all", async () => {
    const subject = randomUUIDv7();
    for (const route of ["here", "elsewhere", null]) await given({ subject, route, reason: route ?? "none" });
    const { key } = await givenKey(s, { scopes: ["audit.read"], routes: ["here"] });
    const { items } = await listWith(`subject=${subject}`, bearer(key));
    expect(items).toMatchObject([{ reason: "here" }]);
  });

  test("names the person who acted, whoever it was", async () => {
    const person = await givenPerson(s, { role: "admin" });
    const tab = browser(s.app);
    await tab.signIn(person.email);
    const body = { name: "by hand", scopes: ["stats.read"], reason: "a dashboard" };
    const { id } = (await (await tab.request("/v1/keys", { method: "POST", body })).json()) as { id: string };
    expect((await listWith(`subject=${id}`)).items).toMatchObject([{ actor: person.id, actorName: "Pat" }]);
  });
});

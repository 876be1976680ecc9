import { listHumanActions } from "@verdict/db";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bearer, browser, givenKey, givenPerson } from "../access/callers.ts";
import { problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const ask = (id: string, act: "recheck" | "void", body: object = { reason: "the user calls" }) =>
  s.post(body, { path: `/v1/verifications/${id}/${act}` });

test("a recheck is taken on, shows when it is due, and stands in the timeline with its reason", async () => {
  const held = await givenVerification(s.db, { status: "passed", nextCheckAt: null });
  const response = await ask(held.id, "recheck");
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ status: "passed", nextCheckAt: expect.any(String) });
  const timeline = await (await s.get(`/v1/verifications/${held.id}/timeline`)).json();
  expect(timeline).toMatchObject({
    items: [{ type: "action", action: "verification.recheck", actor: "bootstrap", reason: "the user calls" }],
  });
});

test("the timeline names who acted to those who may read alerts, and to nobody else", async () => {
  const { id } = await givenVerification(s.db);
  const person = await givenPerson(s, { role: "operator" });
  const tab = browser(s.app);
  await tab.signIn(person.email);
  await tab.request(`/v1/verifications/${id}/recheck`, { method: "POST", body: { reason: "the user calls" } });
  await ask(id, "void");
  const path = `/v1/verifications/${id}/timeline`;
  const actionsOf = async (response: Response) =>
    ((await response.json()) as { items: { type: string }[] }).items.filter(({ type }) => type === "action");
  const named = [
    { actor: person.id, actorName: "Pat" },
    { actor: "bootstrap", actorName: null },
  ];
  expect(await actionsOf(await tab.request(path))).toMatchObject(named);
  for (const { scopes, told } of [
    { scopes: ["verifications.read", "alerts.read"] as const, told: true },
    { scopes: ["verifications.read"] as const, told: false },
  ]) {
    const { key } = await givenKey(s, { scopes: [...scopes] });
    const actions = await actionsOf(await s.app.request(path, { headers: bearer(key) }));
    if (told) expect(actions).toMatchObject(named);
    else expect(actions.map((action) => "actorName" in action)).toEqual([false, false]);
  }
  const stored = await s.db
    .sql`select to_jsonb(human_actions)::text as row from human_actions where verification_id = ${id}`;
  expect(stored.some(({ row }) => row.includes("Pat"))).toBe(false);
});

test("a recheck with nothing to ask says why", async () => {
  const { id } = await givenVerification(s.db, { status: "initializing" });
  expect(await problemOf(await ask(id, "recheck"))).toMatchObject({
    ...{ httpStatus: 409, code: "nothing_to_ask", verificationId: id },
    detail: "The provider has named no transaction for it.",
  });
});

test("a void ends it once, and the second one is told so", async () => {
  const { id } = await givenVerification(s.db);
  const voided = await ask(id, "void");
  expect(voided.status).toBe(200);
  expect(await voided.json()).toMatchObject({ status: "voided", outcome: { source: "person" }, nextCheckAt: null });
  expect(await problemOf(await ask(id, "void"))).toMatchObject({ httpStatus: 409, code: "already_voided" });
});

test("what has ended is not voided", async () => {
  const { id } = await givenVerification(s.db, { status: "passed" });
  expect(await problemOf(await ask(id, "void"))).toMatchObject({
    ...{ httpStatus: 409, code: "already_ended", detail: "Its status is passed." },
  });
});

describe.each(["recheck", "void"] as const)("%s", (act) => {
  test.each([{}, { reason: "  " }, { reason: "x".repeat(501) }, { reason: "why", more: 1 }])(
    "takes a reason, and nothing else",
    async (body) => {
      const { id, version } = await givenVerification(s.db);
      expect(await problemOf(await ask(id, act, body))).toMatchObject({ httpStatus: 400, code: "invalid_request" });
      expect(await (await s.get(`/v1/verifications/${id}`)).json()).toMatchObject({ version });
    },
  );

  test("does nothing to a verification of a route that is not the caller's, as if there were none", async () => {
    const { id } = await givenVerification(s.db, { route: "elsewhere" });
    const scopes = ["verifications.recheck", "verifications.void"] as const;
    const { key } = await givenKey(s, { scopes: [...scopes], routes: ["default"] });
    const response = await s.app.request(`/v1/verifications/${id}/${act}`, {
      method: "POST",
      headers: { ...bearer(key), "Content-Type": "application/json" },
      body: JSON.stringify({ reason: "why" }),
    });
    expect(await problemOf(response)).toMatchObject({
      ...{ httpStatus: 404, code: "not_found", detail: `There is no verification ${id}.` },
    });
    expect(await listHumanActions(s.db, { verificationId: id }, { limit: 1 })).toEqual([]);
  });
});

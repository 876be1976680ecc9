import { randomUUIDv7 } from "node:crypto";
import { raiseAlert } from "@verdict/db";
import { until } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser, givenPerson } from "../access/callers.ts";
import { faultsOf, problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

async function givenAlert(route = "default"): Promise<string> {
  const id = randomUUIDv7();
  const what = { rule: `a test ${id}`, severity: "warning", detail: "a test", at: new Date() } as const;
  await raiseAlert(s.db, { id, route, verificationId: null, ...what });
  return id;
}

const bodyOf = async (response: Response) => (await response.json()) as Record<string, unknown>;
const post = (path: string, body: unknown) => s.post(body, { path });
const signedIn = async (given: Parameters<typeof givenPerson>[1]) => {
  const person = await givenPerson(s, given);
  const tab = browser(s.app);
  await tab.signIn(person.email);
  return { person, tab };
};

test("an alert is handed to a colleague, and on to another; both stand in its history with who did it", async () => {
  const [first, second] = [await givenPerson(s, { role: "operator" }), await givenPerson(s, { role: "admin" })];
  const { person, tab } = await signedIn({ role: "operator" });
  const id = await givenAlert();
  const assign = (body: object) => tab.request(`/v1/alerts/${id}/assign`, { method: "POST", body });

  const handed = await bodyOf(await assign({ assignee: first.id, reason: "knows the shop" }));
  expect(handed).toMatchObject({ status: "acknowledged", acknowledgedBy: first.id, acknowledgedByName: first.name });
  const again = await bodyOf(await assign({ assignee: second.id }));
  expect(again).toMatchObject({ acknowledgedBy: second.id, acknowledgedAt: handed.acknowledgedAt });

  expect(await bodyOf(await s.get(`/v1/alerts/${id}`))).toMatchObject({
    history: [
      { action: "alert.assign", actorName: person.name, reason: "knows the shop" },
      { action: "alert.assign", reason: null },
    ],
  });
  const told = async () => {
    const { items } = (await bodyOf(await s.get("/v1/events?type=alert.acknowledged"))) as { items: object[] };
    return items.filter((event) => JSON.stringify(event).includes(id)).length;
  };
  // It shows when transactions before it are over, those of other tests on the server among them.
  await until(async () => (await told()) > 0);
  expect(await told()).toBe(1);
  const { items: deeds } = (await bodyOf(await s.get(`/v1/audit?subject=${id}`))) as { items: { actor: string }[] };
  expect(deeds.map(({ actor }) => actor)).toEqual([person.id, person.id]);
});

test("a note stands in the history of an alert, and moves nothing", async () => {
  const id = await givenAlert();
  expect((await bodyOf(await post(`/v1/alerts/${id}/notes`, { note: "called the user" }))).status).toBe("open");
  expect((await bodyOf(await s.get(`/v1/alerts/${id}`))).history).toMatchObject([
    { action: "alert.note", reason: "called the user" },
  ]);
});

test("nobody is given what he may not work: viewers, the disabled, those of other routes, those that are nobody", async () => {
  const viewer = await givenPerson(s, { role: "viewer" });
  const elsewhere = await givenPerson(s, { role: "operator", routes: ["elsewhere"] });
  const gone = await givenPerson(s, { role: "operator" });
  await s.app.request(`/v1/people/${gone.id}`, {
    method: "PATCH",
    headers: { ...s.authorized(), "Content-Type": "application/json" },
    body: JSON.stringify({ disabled: true }),
  });
  const id = await givenAlert();
  for (const assignee of [viewer.id, elsewhere.id, gone.id, randomUUIDv7()]) {
    expect(await faultsOf(await post(`/v1/alerts/${id}/assign`, { assignee }))).toEqual(["assignee"]);
  }
  expect(await bodyOf(await s.get(`/v1/alerts/${id}`))).toMatchObject({ status: "open", acknowledgedBy: null });
});

test("an alert that has ended is handed to nobody", async () => {
  const { id: assignee } = await givenPerson(s, { role: "operator" });
  const id = await givenAlert();
  await post(`/v1/alerts/${id}/resolve`, { reason: "our own test" });
  expect(await problemOf(await post(`/v1/alerts/${id}/assign`, { assignee }))).toMatchObject({
    code: "already_resolved",
  });
});

test("colleagues are told by name and role, without addresses, and only those one shares a route with", async () => {
  const far = await givenPerson(s, { role: "operator", routes: ["far"] });
  const everywhere = await givenPerson(s, { role: "operator" });
  const { person, tab } = await signedIn({ role: "operator", routes: ["near"] });
  const { items } = (await bodyOf(await tab.request("/v1/colleagues"))) as { items: Record<string, unknown>[] };
  const ids = items.map(({ id }) => id);
  expect(ids).toContain(person.id);
  expect(ids).toContain(everywhere.id);
  expect(ids).not.toContain(far.id);
  for (const one of items) expect(Object.keys(one).toSorted()).toEqual(["id", "name", "role"]);
});

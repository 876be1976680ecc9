import { randomUUIDv7 } from "node:crypto";
import { settle } from "@verdict/db";
import { alertOnDiscrepancy, type Discrepancy } from "@verdict/domain";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf, problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const NOW = new Date("2026-03-01T12:00:00.123Z");

/** Discrepancies of these types with their alerts, each opened a second after the last, on a route of their own. */
async function givenDiscrepancies(...types: Discrepancy[]) {
  const route = randomUUIDv7();
  const discrepancies = types.map((type, index) => ({
    id: randomUUIDv7(),
    type,
    route,
    verificationId: randomUUIDv7(),
    receiptId: null,
    checkId: null,
    openedAt: new Date(NOW.getTime() + index * 1000),
    alert: { id: randomUUIDv7(), ...alertOnDiscrepancy(type) },
  }));
  await settle(s.db, { changes: [], transitions: [], discrepancies, checks: [], receipts: [] }, NOW);
  return { route, discrepancies };
}

async function givenDiscrepancy(type: Discrepancy = "mutated_replay") {
  const [discrepancy] = (await givenDiscrepancies(type)).discrepancies;
  if (!discrepancy) throw new Error("There is one.");
  return discrepancy;
}

type Listed = { items: { id: string }[]; nextCursor: string | null };
const bodyOf = async <T = Record<string, unknown>>(response: Response) => (await response.json()) as T;
const list = async (path: string) => bodyOf<Listed>(await s.get(path));
const post = (path: string, body: unknown) => s.post(body, { path });
const now = expect.stringMatching(/^\d{4}-.*Z$/);
const notFound = { contentType: "application/problem+json", httpStatus: 404, code: "not_found" };
const alreadyResolved = { contentType: "application/problem+json", httpStatus: 409, code: "already_resolved" };

describe.each([
  ["alerts", "severity=warning", "rule=discrepancy.unknown_transaction"],
  ["discrepancies", "type=unknown_transaction", "status=open&type=unknown_transaction"],
])("the list of %s", (name, ...filters) => {
  const idsOf = ({ discrepancies }: Awaited<ReturnType<typeof givenDiscrepancies>>) =>
    discrepancies.map((row) => (name === "alerts" ? row.alert.id : row.id));

  test("comes newest first, in pages that a cursor leads through", async () => {
    const given = await givenDiscrepancies(...Array.from({ length: 5 }, () => "mutated_replay" as const));
    const seen: string[][] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Listed = await list(`/v1/${name}?route=${given.route}&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(page.items.map((item) => item.id));
      cursor = page.nextCursor;
    }
    const [a, b, c, d, e] = idsOf(given).toReversed();
    expect(seen).toEqual([[a, b], [c, d], [e]]);
  });

  test("that is read to its end by a full page has no next one", async () => {
    const { route } = await givenDiscrepancies("mutated_replay", "result_changed");
    const page = await list(`/v1/${name}?route=${route}&limit=2`);
    expect([page.items.length, page.nextCursor]).toEqual([2, null]);
  });

  test.each(filters)("can be narrowed down: %s", async (filter) => {
    const given = await givenDiscrepancies("mutated_replay", "unknown_transaction", "result_changed");
    const { items } = await list(`/v1/${name}?route=${given.route}&${filter}`);
    expect(items.map((item) => item.id)).toEqual([idsOf(given)[1]]);
  });

  test.each([
    ["limit=0", "limit"],
    ["limit=201", "limit"],
    ["limit=many", "limit"],
    ["status=gone", "status"],
    ["cursor=made-up", "cursor"],
    [`cursor=${Buffer.from('["2026-03-01","7"]').toString("base64url")}`, "cursor"],
    [`cursor=${Buffer.from(`[1e18,"${randomUUIDv7()}"]`).toString("base64url")}`, "cursor"],
    ["route=%00", "route"],
  ])("is refused to whoever asks for %s", async (query, fault) => {
    const response = await s.get(`/v1/${name}?${query}`);
    expect(response.status).toBe(400);
    expect(await faultsOf(response)).toEqual([fault]);
  });
});

describe("an alert", () => {
  test("is shown with what it is about", async () => {
    const discrepancy = await givenDiscrepancy();
    const { id, rule, severity } = discrepancy.alert;
    const response = await s.get(`/v1/alerts/${id}`);
    expect([response.status, response.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
    const { notifications, history, ...alert } = await bodyOf(response);
    expect([notifications, history]).toEqual([[], []]);
    expect(alert).toEqual({
      id,
      rule,
      title: "A callback came again with another claim",
      detail: null,
      confirmation: null,
      groupId: expect.any(String),
      count: 1,
      severity,
      status: "open",
      route: discrepancy.route,
      verificationId: discrepancy.verificationId,
      discrepancyId: discrepancy.id,
      openedAt: NOW.toISOString(),
      acknowledgedAt: null,
      acknowledgedBy: null,
      acknowledgedByName: null,
      resolvedAt: null,
      resolvedBy: null,
      resolvedByName: null,
      resolution: null,
    });
    expect((await list(`/v1/alerts?route=${discrepancy.route}`)).items).toEqual([alert]);
  });

  test("is acknowledged and resolved with all that is told together with it, if that is wanted", async () => {
    const { discrepancies } = await givenDiscrepancies("mutated_replay", "mutated_replay", "mutated_replay");
    const [first] = discrepancies;
    const route = first?.route;
    const statuses = async () =>
      (await list(`/v1/alerts?route=${route}`)).items.map((row) => {
        const { status, count } = row as unknown as Record<string, unknown>;
        return [status, count];
      });
    for (const [step, status] of [
      ["acknowledge", "acknowledged"],
      ["resolve", "resolved"],
    ]) {
      const moved = await post(`/v1/alerts/${first?.alert.id}/${step}`, { reason: "one attack", wholeGroup: true });
      expect(moved.status).toBe(200);
      expect(await statuses()).toEqual(Array(3).fill([status, 3]));
    }
  });

  test("can be acknowledged with a reason or without, and twice to no other effect", async () => {
    const { alert } = await givenDiscrepancy();
    const path = `/v1/alerts/${alert.id}/acknowledge`;
    const first = await s.app.request(path, { method: "POST", headers: s.authorized() });
    expect(first.status).toBe(200);
    const acknowledged = await bodyOf(first);
    expect(acknowledged).toMatchObject({
      status: "acknowledged",
      acknowledgedAt: now,
      acknowledgedBy: "bootstrap",
      resolvedAt: null,
    });
    for (const body of [{}, { reason: "I look into it" }]) {
      const again = await post(path, body);
      expect([again.status, await bodyOf(again)]).toEqual([200, acknowledged]);
    }
    expect(await bodyOf(await s.get(`/v1/alerts/${alert.id}`))).toMatchObject(acknowledged);
  });

  test("is resolved once; then it can be neither resolved nor acknowledged", async () => {
    const { alert } = await givenDiscrepancy();
    const resolved = await post(`/v1/alerts/${alert.id}/resolve`, { reason: "  our own test \n" });
    expect(resolved.status).toBe(200);
    const record = await bodyOf(resolved);
    expect(record).toMatchObject({
      status: "resolved",
      resolvedAt: now,
      resolvedBy: "bootstrap",
      resolution: "our own test",
      acknowledgedAt: null,
    });
    for (const step of ["resolve", "acknowledge"]) {
      const again = await post(`/v1/alerts/${alert.id}/${step}`, { reason: "again" });
      expect(await problemOf(again)).toMatchObject(alreadyResolved);
    }
    expect(await bodyOf(await s.get(`/v1/alerts/${alert.id}`))).toMatchObject(record);
  });

  test.each([randomUUIDv7(), "7", "'or 1=1"])("that nobody raised is not found: %s", async (id) => {
    const path = `/v1/alerts/${encodeURIComponent(id)}`;
    expect(await problemOf(await s.get(path))).toMatchObject(notFound);
    for (const step of ["acknowledge", "resolve"]) {
      expect(await problemOf(await post(`${path}/${step}`, { reason: "none" }))).toMatchObject(notFound);
    }
  });
});

describe("a discrepancy", () => {
  test("is closed with a reason, and its alert with it, once", async () => {
    const discrepancy = await givenDiscrepancy("result_changed");
    const { id, alert, ...about } = discrepancy;
    const { items } = await list(`/v1/discrepancies?route=${discrepancy.route}`);
    const told = { id: alert.id, status: "open", acknowledgedByName: null };
    const open = { status: "open", closedAt: null, closedBy: null, closingReason: null, alert: told };
    expect(items).toEqual([{ ...about, id, openedAt: NOW.toISOString(), ...open }]);

    const path = `/v1/discrepancies/${id}/resolve`;
    const resolved = await post(path, { reason: "the provider confirmed it" });
    expect(resolved.status).toBe(200);
    expect(await bodyOf(resolved)).toMatchObject({
      id,
      status: "closed",
      closedAt: now,
      closedBy: "bootstrap",
      closingReason: "the provider confirmed it",
    });
    expect(await bodyOf(await s.get(`/v1/alerts/${alert.id}`))).toMatchObject({
      status: "resolved",
      resolvedBy: "bootstrap",
      resolution: "the provider confirmed it",
    });
    expect((await list(`/v1/discrepancies?route=${discrepancy.route}&status=open`)).items).toEqual([]);
    expect((await list(`/v1/discrepancies?route=${discrepancy.route}&status=closed`)).items).toHaveLength(1);
    expect(await problemOf(await post(path, { reason: "again" }))).toMatchObject(alreadyResolved);
  });

  test.each([randomUUIDv7(), "7"])("that nobody found is not found: %s", async (id) => {
    const response = await post(`/v1/discrepancies/${id}/resolve`, { reason: "none" });
    expect(await problemOf(response)).toMatchObject(notFound);
  });
});

describe("a reason", () => {
  const paths = async () => {
    const { id, alert } = await givenDiscrepancy();
    return [`/v1/alerts/${alert.id}/resolve`, `/v1/discrepancies/${id}/resolve`];
  };

  test.each([
    ["is missing", {}],
    ["is empty", { reason: "" }],
    ["is all blanks", { reason: " \n" }],
    ["is too long", { reason: "x".repeat(501) }],
    ["is no text", { reason: 7 }],
    ["holds a character that is none", { reason: "a\0b" }],
  ])("that %s is refused", async (_, body) => {
    for (const path of await paths()) {
      const response = await post(path, body);
      expect(response.status).toBe(400);
      expect(await faultsOf(response)).toEqual(["reason"]);
    }
  });

  test("may have 500 letters", async () => {
    for (const path of await paths()) expect((await post(path, { reason: "x".repeat(500) })).status).toBe(200);
  });

  test("stands alone: an unknown field is refused", async () => {
    for (const path of await paths()) {
      expect(await faultsOf(await post(path, { reason: "x", by: "somebody else" }))).toEqual(["by"]);
    }
  });
});

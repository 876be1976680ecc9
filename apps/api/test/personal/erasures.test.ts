import { randomUUIDv7 } from "node:crypto";
import { recordRetentionFailure, recordRetentionRun } from "@verdict/db";
import { hashUser } from "@verdict/services";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

describe("an erasure", () => {
  test("is begun by merchantUserId and told by a receipt, without the name", async () => {
    const { id } = await givenVerification(s.db, { status: "passed" });
    const hash = hashUser(s.startDeps.pepper, "alice");
    await s.db.sql`update verifications set merchant_user_hash = ${hash} where id = ${id}`;
    const response = await s.post({ merchantUserId: "alice", reason: "asked to" }, { path: "/v1/erasures" });
    expect(response.status).toBe(202);
    const receipt = (await response.json()) as { id: string };
    expect(receipt).toMatchObject({
      ...{ merchantUserHash: hash, reason: "asked to", requestedBy: "bootstrap", finishedAt: null },
      items: [
        { verificationId: id, route: "default", state: "asking", tries: 0, providerCode: null, finishedAt: null },
      ],
    });
    expect(JSON.stringify(receipt)).not.toContain("alice");
    expect(await (await s.get(`/v1/erasures/${receipt.id}`)).json()).toEqual(receipt);
    expect(await (await s.get("/v1/erasures")).json()).toMatchObject({ items: [{ id: receipt.id }] });
  });

  test.each([{ merchantUserId: "alice" }, { reason: "x" }, { merchantUserId: "", reason: "x" }])(
    "is not begun by %j",
    async (body) => {
      expect((await s.post(body, { path: "/v1/erasures" })).status).toBe(400);
    },
  );

  test.each(["nonsense", "019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a"])("that there is none of: %s", async (id) => {
    expect(await problemOf(await s.get(`/v1/erasures/${id}`))).toMatchObject({ httpStatus: 404, code: "not_found" });
  });
});

test("retention tells how long what is kept, and what was deleted", async () => {
  const days = {
    details: 90,
    malformed: 90,
    tokens: 30,
    work: 90,
    events: 30,
    alerts: 365,
    evidence: null,
    refusals: 30,
  };
  expect(await (await s.get("/v1/retention")).json()).toEqual({ keptDays: days, classes: [] });
  const at = new Date("2026-03-01T12:00:00.000Z");
  const run = { keptDays: 90, before: at, startedAt: at, endedAt: at };
  for (const deleted of [1, 2]) await recordRetentionRun(s.db, randomUUIDv7(), { ...run, class: "details", deleted });
  await recordRetentionFailure(s.db, "work", at);
  expect(await (await s.get("/v1/retention")).json()).toMatchObject({
    classes: [
      { class: "details", lastRunAt: at.toISOString(), lastDeleted: 2, deletedTotal: 3, failingSince: null },
      { class: "work", lastRunAt: null, lastDeleted: 0, deletedTotal: 0, failingSince: at.toISOString() },
    ],
  });
  const first = (await (await s.get("/v1/retention/runs?limit=1")).json()) as { nextCursor: string };
  expect(first).toMatchObject({ items: [{ class: "details", deleted: 2, before: at.toISOString() }] });
  const next = await (await s.get(`/v1/retention/runs?limit=1&cursor=${first.nextCursor}`)).json();
  expect(next).toMatchObject({ items: [{ deleted: 1 }], nextCursor: null });
});

import { randomUUID } from "node:crypto";
import { openDatabase, settle, type Verification, watchChanges } from "@verdict/db";
import { givenVerification, until } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
let watching: { stop(): Promise<void> };
beforeAll(async () => {
  s = await setup();
  watching = await watchChanges(s.db, s.waiters.wake, s.waiters.wakeAll);
});
afterAll(async () => {
  await watching.stop();
  await s.database.drop();
});

/** Moves a verification as the worker does. */
const move = (row: Verification, state: Partial<Verification>) =>
  settle(
    s.db,
    {
      changes: [
        { id: row.id, from: row.version, version: row.version + 1, state: { ...row, ...state }, endsAsking: false },
      ],
      transitions: [
        {
          verificationId: row.id,
          version: row.version + 1,
          from: row.status,
          to: state.status ?? row.status,
          cause: "check_result",
          receiptId: null,
          checkId: null,
          actor: "worker",
          at: new Date(),
        },
      ],
      discrepancies: [],
      checks: [],
      receipts: [],
    },
    new Date(),
  );
const pass = (row: Verification) => move(row, { status: "passed", passed: true, subCode: "200" });

describe("a verification that is looked up", () => {
  test("is shown as it stands, with a tag for its version", async () => {
    const { id, version } = await givenVerification(s.db, { sceneCode: "signup" });
    const response = await s.get(`/v1/verifications/${id}`);
    expect([response.status, response.headers.get("ETag"), response.headers.get("Cache-Control")]).toEqual([
      200,
      `"${version}"`,
      "no-store",
    ]);
    expect(await response.json()).toMatchObject({ id, status: "awaiting", sceneCode: "signup", version, passed: null });
  });

  test("shows nothing of its hashes, its leases or the device's protocol", async () => {
    const { id } = await givenVerification(s.db, { protocol: "a-protocol" });
    const text = await (await s.get(`/v1/verifications/${id}`)).text();
    expect(text).not.toMatch(/hash|protocol|asking|queued/i);
  });

  test("that nobody has heard of is not found", async () => {
    const id = randomUUID();
    for (const path of [
      `/v1/verifications/${id}`,
      `/v1/verifications/${id}/timeline`,
      `/v1/verifications/${id}?wait=30`,
    ]) {
      expect(await problemOf(await s.get(path))).toMatchObject({
        contentType: "application/problem+json",
        httpStatus: 404,
        code: "not_found",
      });
    }
  });

  test.each(["/v1/verifications/7", "/v1/verifications/7/timeline", "/v1/verifications/'or 1=1"])(
    "%s cannot be an id, so it is not found",
    async (path) => {
      expect(await problemOf(await s.get(path))).toMatchObject({
        httpStatus: 404,
        code: "not_found",
      });
    },
  );
});

describe("a tag", () => {
  const tagged = (id: string, tag: string) => s.get(`/v1/verifications/${id}`, { "If-None-Match": tag });

  test("that still holds spares the body", async () => {
    const { id, version } = await givenVerification(s.db);
    const response = await tagged(id, `"${version}"`);
    expect([response.status, await response.text(), response.headers.get("ETag")]).toEqual([304, "", `"${version}"`]);
  });

  test("that a proxy has weakened, or that is one of several, still holds", async () => {
    const { id, version } = await givenVerification(s.db);
    for (const tag of [`W/"${version}"`, `"0", "${version}"`, `W/"7",W/"${version}"`, "*"]) {
      expect((await tagged(id, tag)).status).toBe(304);
    }
  });

  test("of an earlier version brings the record", async () => {
    const row = await givenVerification(s.db);
    await pass(row);
    const response = await tagged(row.id, `"${row.version}"`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: "passed" });
    expect((await tagged(row.id, `"${row.version}1"`)).status).toBe(200);
  });
});

describe("a long poll", () => {
  test("ends when the worker of another process settles the verification", async () => {
    const row = await givenVerification(s.db);
    const polling = s.get(`/v1/verifications/${row.id}?wait=60`);
    await until(async () => s.waiters.size() > 0);
    await pass(row);
    expect(await (await polling).json()).toMatchObject({ id: row.id, status: "passed", passed: true });
    expect(s.waiters.size()).toBe(0);
  });

  test("goes on when the verification changes without being settled", async () => {
    const row = await givenVerification(s.db);
    let answered = false;
    const polling = Promise.resolve(s.get(`/v1/verifications/${row.id}?wait=60`)).then((response) => {
      answered = true;
      return response;
    });
    await until(async () => s.waiters.size() > 0);
    await move(row, { status: "claimed", claimPassed: true, claimSubCode: "200" });
    // A second waiter that is woken by the same change has looked again by the time the first one would have answered.
    const witness = await givenVerification(s.db);
    await pass(witness);
    await s.get(`/v1/verifications/${witness.id}?wait=60`);
    expect(answered).toBe(false);

    await pass({ ...row, version: row.version + 1, status: "claimed" });
    expect(await (await polling).json()).toMatchObject({ status: "passed" });
  });

  test("of a settled verification is answered at once, and so is one for nothing", async () => {
    const { id } = await givenVerification(s.db, { status: "expired" });
    expect(await (await s.get(`/v1/verifications/${id}?wait=60`)).json()).toMatchObject({ status: "expired" });
    const open = await givenVerification(s.db);
    expect(await (await s.get(`/v1/verifications/${open.id}?wait=0`)).json()).toMatchObject({ status: "awaiting" });
    expect(s.waiters.size()).toBe(0);
  });

  test("of several callers ends for all of them", async () => {
    const row = await givenVerification(s.db);
    const polls = Array.from({ length: 5 }, () => s.get(`/v1/verifications/${row.id}?wait=60`));
    await until(async () => s.waiters.size() > 0);
    await pass(row);
    for (const poll of polls) expect(await (await poll).json()).toMatchObject({ status: "passed" });
  });

  test.each(["61", "-1", "1.5", "soon", "1e9"])("of %s seconds is refused", async (wait) => {
    const { id } = await givenVerification(s.db);
    expect(await problemOf(await s.get(`/v1/verifications/${id}?wait=${wait}`))).toMatchObject({
      httpStatus: 400,
      errors: [{ path: "wait" }],
    });
  });
});

test("the timeline shows everything on record, in order", async () => {
  const row = await givenVerification(s.db);
  expect(await (await s.get(`/v1/verifications/${row.id}/timeline`)).json()).toEqual({ items: [] });
  await move(row, { status: "claimed" });
  await pass({ ...row, version: row.version + 1, status: "claimed" });
  const response = await s.get(`/v1/verifications/${row.id}/timeline`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    items: [
      { type: "transition", from: "awaiting", to: "claimed" },
      { type: "transition", from: "claimed", to: "passed", actor: "worker" },
    ],
  });
});

test("while the database is away the answer is to come again, not that we are broken", async () => {
  const away = openDatabase("postgres://nobody:nothing@127.0.0.1:1/nowhere");
  const response = await s
    .apiWith({ db: away })
    .request(`/v1/verifications/${randomUUID()}`, { headers: s.authorized() });
  expect(await problemOf(response)).toMatchObject({ httpStatus: 503, code: "unavailable" });
  expect(response.headers.get("Retry-After")).toBe("1");
  await away.close();
});

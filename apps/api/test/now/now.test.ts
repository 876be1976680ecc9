import { randomUUIDv7 } from "node:crypto";
import { doneDuty, holdDuty, setCallLimit, takeCallSlots } from "@verdict/db";
import { CONDITIONS_DUTY } from "@verdict/services";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bearer, givenKey } from "../access/callers.ts";
import { setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
const AT = new Date(Date.now() - 10 * 60_000);
const FACE = { route: "default", product: "FACE_VERIFY", operation: "CheckResult" } as const;

beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const now = async (headers = s.authorized()) => {
  const response = await s.app.request("/v1/now", { headers });
  expect(response.status).toBe(200);
  return response.json();
};

test("says of an installation that has done nothing that there is nothing, and that no worker was ever seen", async () => {
  expect(await now()).toEqual({
    at: expect.stringMatching(/Z$/),
    workerSeenAt: null,
    open: {},
    oldestOpenAt: null,
    callbacksLastMinute: 0,
    waitingReceipts: 0,
    lines: [],
  });
});

test("tells what is open and due, how much of the quota is used and how long the rest takes", async () => {
  const claimed = { createdAt: AT, status: "claimed", claimPassed: true, claimSubCode: "200" } as const;
  for (const nextCheckAt of [AT, AT, AT]) await givenVerification(s.db, { ...claimed, nextCheckAt });
  await givenVerification(s.db, { createdAt: new Date(), route: "east", product: "ID_OCR", nextCheckAt: null });
  await setCallLimit(s.db, FACE, 2);
  await setCallLimit(s.db, { ...FACE, operation: "CheckVerifyLog" }, 7);
  await takeCallSlots(s.db, FACE, 1, 60_000);
  const at = new Date();
  await holdDuty(s.db, { name: CONDITIONS_DUTY, holder: randomUUIDv7(), now: at, until: at });
  await doneDuty(s.db, CONDITIONS_DUTY, at);

  const face = { route: "default", product: "FACE_VERIFY", open: 3, due: 3, breaker: "closed" };
  expect(await now()).toMatchObject({
    workerSeenAt: expect.stringMatching(/Z$/),
    open: { claimed: 3, awaiting: 1 },
    oldestOpenAt: AT.toISOString(),
    lines: [
      { ...face, perSecond: 2, inUse: 1, drainSeconds: 1.5 },
      { route: "east", product: "ID_OCR", open: 1, due: 0, perSecond: null, inUse: 0, drainSeconds: 0 },
    ],
  });
});

test("tells somebody bound to a route of that route only, and nothing that is of all of them", async () => {
  const { key } = await givenKey(s, { scopes: ["stats.read"], routes: ["east"] });
  expect(await now(bearer(key))).toMatchObject({
    open: { awaiting: 1 },
    oldestOpenAt: null,
    waitingReceipts: null,
    lines: [{ route: "east" }],
  });
});

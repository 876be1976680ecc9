import { afterAll, beforeAll, expect, test } from "vitest";
import { faceChecked, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const search = {
  merchantUserId: "alice",
  verifyModel: "0",
  faceGroupCodes: ["customers"],
  sourceFacePictureUrl: "https://shop.example/alice.jpg",
};
const verification = {
  merchantUserId: "alice",
  verifyModel: 1,
  sourceFacePictureUrl: "https://shop.example/now.jpg",
  targetFacePictureUrl: "https://shop.example/then.jpg",
};
let ids = 0;
const fresh = (body: object) => ({ ...body, merchantBizId: `face${++ids}` });
type Body = { id: string; errors: { path: string }[] };
const check = async (body: unknown, query = "") => {
  const response = await s.post(body, { path: `/v1/face-checks${query}` });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
};

test("a face check is answered at once and recorded as a verification", async () => {
  s.answersFaceChecks(async () => faceChecked({ faceComparisonScore: "98.5", faceAge: "30", faceGender: "F" }));
  const answer = await check(fresh(verification));
  expect(answer).toMatchObject({
    status: 201,
    body: {
      product: "FACE_IDU_MIN",
      status: "passed",
      passed: true,
      subCode: "200",
      outcome: { source: "face_check" },
      faceCheck: { comparisonScore: 98.5, duplicates: [], onlyOwnRegistration: false },
      estimates: { age: "30", gender: "F" },
    },
  });
  const found = await s.get(`/v1/verifications/${answer.body.id}`);
  expect(await found.json()).toMatchObject({ status: "passed", product: "FACE_IDU_MIN" });
});

test("every default is sent, and the person only as a hash", async () => {
  s.answersFaceChecks(async () => faceChecked({}));
  await check(fresh(verification));
  expect(s.asked.at(-1)).toMatchObject({
    productCode: "FACE_IDU_MIN",
    verifyModel: "1",
    liveness: "0",
    autoRegistration: "1",
    returnFaces: "1",
    merchantUserId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test("the same request again returns the record, and nothing is paid", async () => {
  s.answersFaceChecks(async () => faceChecked({ facePassed: "N", subCode: "204", faceComparisonScore: "12" }));
  const body = fresh(verification);
  const first = await check(body);
  const calls = s.asked.length;
  const again = await check(body);
  expect(s.asked).toHaveLength(calls);
  expect(again.headers.get("Idempotency-Replayed")).toBe("true");
  expect(again).toMatchObject({
    status: 201,
    body: { id: first.body.id, subCode: "204", faceCheck: { comparisonScore: 12 } },
  });
  expect(await check({ ...body, merchantUserId: "bob" })).toMatchObject({ status: 409, body: { code: "conflict" } });
  expect(await check(body, "?force=true")).toMatchObject({ status: 409, body: { code: "already_answered" } });
});

test("a lost answer is said to be lost, is not asked again silently, and force pays again", async () => {
  const lost = { httpStatus: null, code: "Timeout", message: "No answer.", requestId: null };
  s.answersFaceChecks(async () => ({ ...lost, kind: "transient", lost: true }));
  const body = fresh(search);
  expect(await check(body)).toMatchObject({ status: 504, body: { code: "answer_lost" } });

  const calls = s.asked.length;
  expect(await check(body)).toMatchObject({ status: 201, body: { status: "unresolvable", faceCheck: null } });
  expect(s.asked).toHaveLength(calls);

  s.answersFaceChecks(async () => faceChecked({}));
  expect(await check(body, "?force=true")).toMatchObject({ status: 201, body: { status: "passed" } });
  expect(s.asked).toHaveLength(calls + 1);
});

test("a call that certainly did nothing may simply be made again", async () => {
  const throttled = { httpStatus: 403, code: "Throttling.Api", message: "Slow down.", requestId: "R" };
  s.answersFaceChecks(async () => ({ ...throttled, kind: "throttled", retryAfterMs: null }));
  const body = fresh(search);
  expect(await check(body)).toMatchObject({
    status: 503,
    body: { code: "provider_throttled", providerCode: "Throttling.Api" },
  });
  s.answersFaceChecks(async () => faceChecked({}));
  expect(await check(body)).toMatchObject({ status: 201, body: { status: "passed" } });
});

test("a hit on the person's own registration is told apart from a duplicate", async () => {
  const hit = (merchantUserId: unknown) => async () =>
    faceChecked({
      facePassed: "N",
      subCode: "233",
      duplicateFace: JSON.stringify([{ faceGroupCode: "customers", faceId: "f1", merchantUserId }]),
    });
  s.answersFaceChecks(async () => hit(s.asked.at(-1)?.merchantUserId)());
  expect(await check(fresh(search))).toMatchObject({
    body: { status: "failed", subCode: "233", faceCheck: { onlyOwnRegistration: true, duplicates: [{ own: true }] } },
  });
  s.answersFaceChecks(hit("0123456789abcdef0123456789abcdef"));
  expect(await check(fresh(search))).toMatchObject({
    body: { status: "failed", subCode: "233", faceCheck: { onlyOwnRegistration: false, duplicates: [{ own: false }] } },
  });
});

test("what the provider refuses is passed on with its code, and stays refused", async () => {
  const refused = { httpStatus: 401, code: "NoFaceDetected", message: "No face.", requestId: "R" };
  s.answersFaceChecks(async () => ({ ...refused, kind: "permanent" }));
  const body = fresh(search);
  for (let attempt = 0; attempt < 2; attempt++) {
    expect(await check(body)).toMatchObject({
      status: 422,
      body: { code: "provider_refused", providerCode: "NoFaceDetected" },
    });
  }
});

test.each([
  ["a search without groups", { ...search, faceGroupCodes: undefined }, "faceGroupCodes"],
  [
    "a search with another picture",
    { ...search, targetFacePictureUrl: "https://a.example/b.jpg" },
    "targetFacePicture",
  ],
  ["eleven groups", { ...search, faceGroupCodes: Array.from({ length: 11 }, (_, i) => `g${i}`) }, "faceGroupCodes"],
  ["a comparison without target", { ...verification, targetFacePictureUrl: undefined }, "targetFacePicture"],
  ["six faces to return", { ...search, returnFaces: 6 }, "returnFaces"],
  [
    "a picture that is none",
    { ...search, sourceFacePictureUrl: undefined, sourceFacePicture: "aGVsbG8=" },
    "sourceFacePicture",
  ],
  ["an unknown mode", { ...search, verifyModel: "3" }, "verifyModel"],
  ["an unknown route", { ...search, route: "nowhere" }, "route"],
])("%s is refused by name, and nothing is paid", async (_, body, field) => {
  const calls = s.asked.length;
  const answer = await check(body);
  expect(answer).toMatchObject({ status: 400, body: { code: "invalid_request" } });
  expect(answer.body.errors.map((error) => error.path.split(".")[0])).toContain(field);
  expect(s.asked).toHaveLength(calls);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { type StackProcess, startStack } from "../src/stack-process.ts";

let stack: StackProcess;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack.stop();
  await stack.removeData();
});

type Body = { id: string; transactionId: string; items: { type: string; to?: string }[] };

const api = async (path: string, init: RequestInit = {}) => {
  const headers = { Authorization: `Bearer ${stack.apiKey}`, "Content-Type": "application/json" };
  const response = await fetch(`${stack.urls.api}${path}`, { headers, ...init });
  return { status: response.status, body: (await response.json()) as Body };
};
const post = (url: string, body: unknown) =>
  fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

const start = (body: Record<string, unknown>) =>
  api("/v1/verifications", { method: "POST", body: JSON.stringify(body) });
const document = { product: "ID_OCR", docType: "01000000", merchantUserId: "user-1", metaInfo: "{}" };
const face = {
  product: "FACE_VERIFY",
  facePictureUrl: "https://images.example.com/face.jpg",
  merchantUserId: "user-1",
  metaInfo: "{}",
};

test.each([
  ["a face session that passes", face, "Y", "200", "passed"],
  ["a face session with a liveness attack", face, "N", "205", "failed"],
  ["a document session that passes", document, "Y", "200", "passed"],
])("%s goes from start to a confirmed outcome", async (_, body, passed, subCode, status) => {
  const started = await start(body);
  expect(started).toMatchObject({ status: 201, body: { status: "awaiting" } });
  const { id, transactionId } = started.body;

  await post(`${stack.urls.simulator}/_sim/transactions/${transactionId}/complete`, { passed, subCode });
  const ended = await api(`/v1/verifications/${id}?wait=30`);
  expect(ended.body).toMatchObject({
    status,
    passed: passed === "Y",
    subCode,
    claim: { passed: passed === "Y", subCode },
    outcome: { source: "check_result" },
  });

  const timeline = await api(`/v1/verifications/${id}/timeline`);
  const kinds = timeline.body.items.map((item) => item.type);
  expect(kinds).toEqual(expect.arrayContaining(["receipt", "check", "transition"]));
  const moves = timeline.body.items.filter((item) => item.type === "transition");
  expect(moves.map((move) => move.to)).toEqual(["awaiting", "claimed", status]);
});

test("a session whose user walks away ends expired, with the reason", async () => {
  const started = await start(face);
  const url = `${stack.urls.simulator}/_sim/transactions/${started.body.transactionId}/abandon`;
  expect((await post(url, { page: "FACE", errorCode: "1006" })).status).toBe(200);
  const ended = await api(`/v1/verifications/${started.body.id}?wait=30`);
  expect(ended.body).toMatchObject({
    status: "expired",
    passed: null,
    claim: null,
    walkAway: { progress: "interrupted", page: "FACE", errorCode: "1006" },
  });
});

test("what was settled is still there after the stack was stopped and started again", async () => {
  const before = await start({ ...document, merchantBizId: "survives1" });
  const code = await stack.stop();
  expect(code).toBe(0);
  stack = await startStack({}, stack.dataDir);
  const after = await api(`/v1/verifications/${before.body.id}`);
  expect(after.body).toMatchObject({ id: before.body.id, merchantBizId: "survives1" });
});

test("a face check is answered at once, registers the face, and tells its own registration from a duplicate", async () => {
  const check = (merchantUserId: string, changes: Record<string, unknown> = {}) =>
    api("/v1/face-checks", {
      method: "POST",
      body: JSON.stringify({
        verifyModel: "0",
        faceGroupCodes: ["customers"],
        autoRegistration: "0",
        merchantUserId,
        sourceFacePictureUrl: "https://images.example.com/person/alice/1.jpg",
        ...changes,
      }),
    });
  expect(await check("alice")).toMatchObject({
    status: 201,
    body: { product: "FACE_IDU_MIN", status: "passed", subCode: "200", faceCheck: { registered: true } },
  });
  expect(await check("alice")).toMatchObject({
    body: { status: "failed", subCode: "233", faceCheck: { onlyOwnRegistration: true } },
  });
  expect(await check("mallory")).toMatchObject({
    body: { status: "failed", subCode: "233", faceCheck: { onlyOwnRegistration: false } },
  });
  expect(
    await check("bob", { sourceFacePictureUrl: "https://images.example.com/attack/bob.jpg", liveness: "1" }),
  ).toMatchObject({
    body: { status: "failed", subCode: "205", faceCheck: { attack: true } },
  });
});

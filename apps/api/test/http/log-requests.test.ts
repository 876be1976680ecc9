import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { API_KEY, faceBody, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const logged = (): Record<string, unknown>[] => s.lines.splice(0).map((line) => JSON.parse(line));

test("a request is logged by its id, its call and its verification; the answer has the same id", async () => {
  const { id } = await givenVerification(s.db);
  logged();
  const app = s.apiWith({});
  const answer = await app.request(`/v1/verifications/${id}?wait=0&secret=hunter2`, {
    headers: { Authorization: `Bearer ${API_KEY}` },
  });
  const requestId = answer.headers.get("X-Request-Id");
  expect(requestId).toMatch(/^[\w-]{36}$/);
  const lines = logged();
  expect(lines).toContainEqual(
    expect.objectContaining({
      ...{ requestId, method: "GET", call: "/v1/verifications/:id", verificationId: id, status: 200, msg: "request" },
    }),
  );
  expect(JSON.stringify(lines)).not.toContain("hunter2");
});

test("an id that a proxy has given is kept; one that is too long, or could break a line, is not", async () => {
  const app = s.apiWith({});
  const idOf = async (given: string) =>
    (await app.request("/livez", { headers: { "X-Request-Id": given } })).headers.get("X-Request-Id");
  expect(await idOf("proxy-17")).toBe("proxy-17");
  for (const odd of ["x".repeat(65), 'a"b', "a b"]) expect(await idOf(odd)).not.toBe(odd);
});

test("what nobody expected is logged under the request's id, without the address", async () => {
  logged();
  const broken = () => {
    throw new Error("nobody expected this");
  };
  const app = s.apiWith({ checkFace: broken, start: broken });
  const headers = { Authorization: `Bearer ${API_KEY}`, "Content-Type": "application/json" };
  const body = JSON.stringify(faceBody({ merchantUserId: "hunter2" }));
  const answer = await app.request("/v1/verifications?token=hunter2", { method: "POST", headers, body });
  expect(answer.status).toBe(500);
  const lines = logged();
  expect(lines.find(({ msg }) => msg === "request failed")).toMatchObject({
    ...{ requestId: answer.headers.get("X-Request-Id"), method: "POST", call: "/v1/verifications" },
    err: { message: "nobody expected this" },
  });
  expect(JSON.stringify(lines)).not.toContain("hunter2");
});

import { givenVerification } from "@verdict/testkit";
import { hc } from "hono/client";
import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";
import type { Api } from "../../src/api.ts";
import { setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

test("a client made of the API's type knows every call, what it takes and what it answers", async () => {
  const client = hc<Api>("http://api.test", { fetch: s.app.request, headers: s.authorized() });
  const { id } = await givenVerification(s.db);
  const response = await client.v1.verifications[":id"].$get({ param: { id }, query: {} });
  if (response.status !== 200) throw new Error(`answered ${response.status}`);
  const found = await response.json();
  expect(found.id).toBe(id);
  expectTypeOf(found.passed).toEqualTypeOf<boolean | null>();

  const missing = await client.v1.alerts[":id"].$get({ param: { id } });
  if (missing.status === 200) throw new Error("there is no such alert");
  const problem = await missing.json();
  expect(problem.code).toBe("not_found");
  // @ts-expect-error A call that takes a reason is not made without one.
  const resolving = client.v1.alerts[":id"].resolve.$post({ param: { id }, json: {} });
  expect((await resolving).status).toBe(400);
});

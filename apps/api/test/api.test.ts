import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_KEY, faceBody, problemOf, setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const refusal = { contentType: "application/problem+json", httpStatus: 401, code: "unauthenticated" };

describe("whoever brings no valid key", () => {
  test.each([
    ["nothing", undefined],
    ["an empty header", ""],
    ["the key alone", API_KEY],
    ["no key", "Bearer"],
    ["an empty key", "Bearer  "],
    ["another key", "Bearer another-key"],
    ["the beginning of the key", `Bearer ${API_KEY.slice(0, -1)}`],
    ["the key and more", `Bearer ${API_KEY}x`],
    ["the key by another scheme", `Basic ${API_KEY}`],
    ["two keys", `Bearer wrong, Bearer ${API_KEY}`],
  ])("is refused: %s", async (_, authorization) => {
    const response = await s.app.request("/v1/verifications", {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        ...(authorization !== undefined && { Authorization: authorization }),
      },
      body: JSON.stringify(faceBody()),
    });
    expect(response.headers.get("WWW-Authenticate")).toBe('Bearer realm="verdict"');
    expect(await problemOf(response)).toMatchObject(refusal);
    expect(s.asked).toEqual([]);
  });

  test.each(["GET", "POST", "PUT", "DELETE"])("learns nothing of what there is: %s", async (method) => {
    const { id } = await givenVerification(s.db);
    for (const path of [`/v1/verifications/${id}`, `/v1/verifications/${id}/timeline`, "/v1/nothing", "/v1/"]) {
      expect(await problemOf(await s.app.request(path, { method }))).toMatchObject(refusal);
    }
  });

  test("is refused by an API that has no key", async () => {
    const closed = s.apiWith({ bootstrapKey: undefined });
    for (const key of [API_KEY, "", "undefined"]) {
      const response = await closed.request("/v1/nothing", { headers: { Authorization: `Bearer ${key}` } });
      expect(response.status).toBe(401);
    }
  });
});

test("whoever brings the key may spell its scheme as he likes", async () => {
  for (const scheme of ["Bearer", "bearer", "BEARER"]) {
    const response = await s.app.request("/v1/nothing", { headers: { Authorization: `${scheme} ${API_KEY}` } });
    expect(response.status).toBe(404);
  }
});

test("a key may hold whatever a setting may: also a space", async () => {
  const apiKey = "correct horse battery staple";
  const headers = { Authorization: `Bearer ${apiKey}` };
  expect((await s.apiWith({ bootstrapKey: apiKey }).request("/v1/nothing", { headers })).status).toBe(404);
});

test("an address where nothing is, is told as a problem, with or without a key", async () => {
  for (const path of ["/v1/nothing", "/nothing", "/"]) {
    expect(await problemOf(await s.get(path))).toMatchObject({
      contentType: "application/problem+json",
      httpStatus: 404,
      code: "not_found",
    });
  }
});

describe("the description of the API", () => {
  type Operation = {
    operationId: string;
    tags: string[];
    security: object[];
    responses: Record<string, { "x-codes"?: string[] }>;
    "x-permission": string;
  };
  type Description = {
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
    tags: { name: string }[];
    components: { securitySchemes: object };
  };
  const describeApi = async () => (await (await s.app.request("/openapi.json")).json()) as Description;

  test("lists every operation, for everybody to read", async () => {
    const { openapi, paths } = await describeApi();
    expect(openapi).toBe("3.1.0");
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(operations).toEqual(
      expect.arrayContaining([
        "POST /v1/verifications",
        "POST /v1/face-checks",
        "GET /v1/verifications/{id}",
        "GET /v1/verifications/{id}/timeline",
        "GET /v1/alerts",
        "GET /v1/alerts/{id}",
        "POST /v1/alerts/{id}/acknowledge",
        "POST /v1/alerts/{id}/resolve",
        "GET /v1/discrepancies",
        "POST /v1/discrepancies/{id}/resolve",
        "GET /v1/people",
        "POST /v1/keys",
        "GET /v1/me",
      ]),
    );
  });

  test("says of each operation how to be allowed to, and what it may be refused with", async () => {
    const { paths, components } = await describeApi();
    expect(Object.keys(components.securitySchemes)).toEqual(["key", "session"]);
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        expect(operation.security, path).toEqual([{ key: [] }, { session: [] }]);
        const codes = Object.values(operation.responses).flatMap((answer) => answer["x-codes"] ?? []);
        const always = ["unauthenticated", "internal_error", "unavailable"];
        const changing = method === "get" ? [] : ["forbidden", "cross_site"];
        expect(codes, path).toEqual(expect.arrayContaining([...always, ...changing]));
      }
    }
  });

  test("gives each operation a name of its own and a chapter that exists", async () => {
    const { paths, tags } = await describeApi();
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+([A-Z][a-z]*)+$/);
    const chapters = tags.map(({ name }) => name);
    for (const operation of operations) expect(chapters).toEqual(expect.arrayContaining(operation.tags));
  });
});

describe("health", () => {
  test("needs no key", async () => {
    expect((await s.app.request("/livez")).status).toBe(200);
    expect((await s.app.request("/readyz")).status).toBe(200);
    expect((await s.app.request("/metrics")).status).toBe(200);
  });

  test("names what is not well, and not why", async () => {
    const app = s.apiWith({ checks: { postgres: () => Promise.reject(new Error("password=hunter2")) } });
    const response = await app.request("/readyz");
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("postgres");
    expect(await (await app.request("/readyz")).text()).not.toContain("hunter2");
  });
});

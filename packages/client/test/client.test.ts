import { expect, test } from "vitest";
import { createClient, ProblemError, UnreachableError } from "../src/index.ts";

const answering = (answer: Response | Error) => {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const call = createClient({
    baseUrl: "http://api.test",
    key: "vk_1",
    fetch: async (url, init) => {
      asked.push({ url: String(url), init });
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { call, asked };
};

test("a call is made as it is named, with its parameters filled in", async () => {
  const { call, asked } = answering(Response.json({ items: [], nextCursor: null }));
  await call("GET /v1/alerts", { query: { status: "open", limit: 5 } });
  expect(asked[0]?.url).toBe("http://api.test/v1/alerts?status=open&limit=5");
  expect(asked[0]?.init?.headers).toMatchObject({ Authorization: "Bearer vk_1" });
});

test("a refusal is an error with the stable code", async () => {
  const body = {
    type: "urn:verdict:problem:not_found",
    title: "There is no such thing",
    status: 404,
    code: "not_found",
  };
  const { call } = answering(Response.json(body, { status: 404 }));
  const refused = await call("GET /v1/alerts/{id}", { path: { id: "a/b" } }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ProblemError);
  expect(refused).toMatchObject({ code: "not_found", status: 404 });
});

test("an answer that is not the API's is told as nobody there", async () => {
  const { call } = answering(new Response("<html>", { status: 502 }));
  await expect(call("GET /v1/me")).rejects.toBeInstanceOf(UnreachableError);
  await expect(answering(new TypeError("refused")).call("GET /v1/me")).rejects.toBeInstanceOf(UnreachableError);
});

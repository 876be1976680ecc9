import { readFile, writeFile } from "node:fs/promises";
import { type Document, writeCalls } from "@verdict/client/generate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setup } from "../support.ts";

const CALLS = new URL("../../../../packages/client/src/calls.ts", import.meta.url);

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

/** `npm run generate:client` writes what this test otherwise compares. */
test("the client package knows the API as it is", async () => {
  const written = writeCalls((await (await s.app.request("/openapi.json")).json()) as Document);
  if (process.env.UPDATE_CLIENT) await writeFile(CALLS, written);
  expect(await readFile(CALLS, "utf8")).toBe(written);
});

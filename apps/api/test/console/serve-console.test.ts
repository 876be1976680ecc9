import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConsole } from "../../src/console/read-console.ts";
import { serveConsole } from "../../src/console/serve-console.ts";

const PAGE = "<!doctype html><title>console</title>";
const CODE = "export const answer = 42;\n".repeat(100);

let folder: string;
let app: Hono;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verdict-console-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), PAGE);
  await writeFile(join(folder, "assets/main-1a2b.js"), CODE);
  await writeFile(join(folder, "assets/text-3c4d.woff2"), "a font");
  await writeFile(join(folder, "assets/list.json"), "{}");
  const files = await readConsole(folder);
  if (!files) throw new Error("nothing was read");
  const serving = serveConsole(files);
  app = new Hono();
  app.notFound((c) => serving(c) ?? c.text("nothing", 404));
});
afterAll(() => rm(folder, { recursive: true }));

const ask = (path: string, encodings = "", method = "GET") =>
  app.request(path, { method, headers: { "Accept-Encoding": encodings } });

const decoded = async (response: Response): Promise<string> => {
  const body = Buffer.from(await response.arrayBuffer());
  const encoding = response.headers.get("Content-Encoding");
  if (encoding === "br") return brotliDecompressSync(body).toString();
  return (encoding === "gzip" ? gunzipSync(body) : body).toString();
};

test.each([
  { encodings: "", chosen: null },
  { encodings: "deflate", chosen: null },
  { encodings: "gzip", chosen: "gzip" },
  { encodings: "gzip, deflate, br", chosen: "br" },
  { encodings: "br;q=0, gzip;q=0.5", chosen: "gzip" },
  { encodings: "br;q=0.0,gzip;q=0", chosen: null },
])("a client that takes '$encodings' is answered in $chosen, every time with the same file", async (one) => {
  for (let nth = 0; nth < 2; nth += 1) {
    const response = await ask("/assets/main-1a2b.js", one.encodings);
    expect(response.headers.get("Content-Encoding")).toBe(one.chosen);
    expect(response.headers.get("Vary")).toBe("Accept-Encoding");
    expect(await decoded(response)).toBe(CODE);
  }
});

test("a font is compressed already", async () => {
  const response = await ask("/assets/text-3c4d.woff2", "br, gzip");
  expect(response.headers.get("Content-Encoding")).toBeNull();
  expect(await response.text()).toBe("a font");
});

test("what is named by its content is kept, a page is asked for anew", async () => {
  const kept = await ask("/assets/main-1a2b.js");
  const page = await ask("/");
  expect(kept.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
  expect(page.headers.get("Cache-Control")).toBe("no-store");
});

test("every address of the console is its page, none of a program's is", async () => {
  for (const path of ["/", "/verifications/1", "/assetsless"]) expect(await decoded(await ask(path, "br"))).toBe(PAGE);
  for (const path of ["/v1/nothing", "/assets/gone.js", "/assets/list.json", "/livez"]) {
    expect((await ask(path)).status).toBe(404);
  }
  expect((await ask("/", "", "POST")).status).toBe(404);
});

test("HEAD tells what GET would, without the file", async () => {
  const response = await ask("/", "br", "HEAD");
  expect(response.headers.get("Content-Encoding")).toBe("br");
  expect(await response.text()).toBe("");
});

test("without a page there is no console", async () => {
  expect(await readConsole(join(folder, "assets"))).toBeNull();
  expect(await readConsole(join(folder, "nowhere"))).toBeNull();
});
